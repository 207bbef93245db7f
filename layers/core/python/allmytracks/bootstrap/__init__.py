"""The one composition root: builds each use case from its adapters, when it is first asked for."""

from __future__ import annotations

from allmytracks.bootstrap.accounts import AccountServices
from allmytracks.bootstrap.catalog import CatalogServices
from allmytracks.bootstrap.downloads import DownloadServices
from allmytracks.bootstrap.fraud import FraudServices
from allmytracks.bootstrap.invoices import InvoiceServices
from allmytracks.bootstrap.license_operations import LicenseOperationServices
from allmytracks.bootstrap.operations import OperationServices
from allmytracks.bootstrap.payments import PaymentServices
from allmytracks.bootstrap.project_packs import ProjectPackServices
from allmytracks.bootstrap.reconciliation import ReconciliationServices
from allmytracks.foundation.settings import Settings


class Services(
    ProjectPackServices,
    LicenseOperationServices,
    ReconciliationServices,
    OperationServices,
    AccountServices,
    CatalogServices,
    InvoiceServices,
    PaymentServices,
    DownloadServices,
    FraudServices,
):
    """Everything that the functions can ask for, one area a base class."""


_services: Services | None = None


def services() -> Services:
    """This process's services, made from its environment at the first call."""
    global _services  # noqa: PLW0603 - one instance a process: Lambda keeps it between invocations
    if _services is None:
        _services = Services(Settings())
    return _services


def install(replacement: Services | None) -> None:
    """Puts other services in place (tests, the command line); None returns to the environment's own."""
    global _services  # noqa: PLW0603 - see services()
    _services = replacement
