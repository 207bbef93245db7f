"""The one composition root: every capability, composed of those before it and created lazily.

`services().licenses.issue` is the use case that issues a licence; each capability's wiring.py builds its own.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.foundation.collecting import collect_rarely
from allmytracks.foundation.http.snapshots import primed_before_snapshots
from allmytracks.foundation.settings import Settings

if TYPE_CHECKING:
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.catalogue.wiring import CatalogueServices
    from allmytracks.closing.wiring import ClosingServices
    from allmytracks.damages.wiring import DamagesServices
    from allmytracks.disclosures.wiring import DisclosureServices
    from allmytracks.documents.wiring import DocumentServices
    from allmytracks.downloads.wiring import DownloadServices
    from allmytracks.enforcement.wiring import EnforcementServices
    from allmytracks.enterprises.wiring import EnterpriseServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.invoices.wiring import InvoiceServices
    from allmytracks.licenses.wiring import LicenseServices
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.notices.wiring import NoticeServices
    from allmytracks.operations.wiring import OperationServices
    from allmytracks.payments.wiring import PaymentServices
    from allmytracks.privacy.wiring import PrivacyServices
    from allmytracks.publishing.wiring import PublishingServices
    from allmytracks.register.wiring import RegisterServices
    from allmytracks.signing.wiring import SigningServices
    from allmytracks.storage.wiring import StorageServices
    from allmytracks.tickets.wiring import TicketServices
    from allmytracks.timeline.wiring import TimelineServices
    from allmytracks.verification.wiring import VerificationServices


class Services:
    """The services of all capabilities."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def foundation(self) -> FoundationServices:
        from allmytracks.foundation.wiring import FoundationServices

        return FoundationServices(self._settings)

    @cached_property
    def publishing(self) -> PublishingServices:
        from allmytracks.publishing.wiring import PublishingServices

        return PublishingServices(self.foundation)

    @cached_property
    def documents(self) -> DocumentServices:
        from allmytracks.documents.wiring import DocumentServices

        return DocumentServices(self.foundation)

    @cached_property
    def signing(self) -> SigningServices:
        from allmytracks.signing.wiring import SigningServices

        return SigningServices(self.foundation)

    @cached_property
    def accounts(self) -> AccountServices:
        from allmytracks.accounts.wiring import AccountServices

        def forget_searches(account_id: str) -> None:
            self.catalogue.searches.clear(account_id)

        return AccountServices(self.foundation, self.publishing, withdrawn={"search_history": forget_searches})

    @cached_property
    def catalogue(self) -> CatalogueServices:
        from allmytracks.catalogue.wiring import CatalogueServices

        return CatalogueServices(self.foundation, self.publishing, self.accounts)

    @cached_property
    def memberships(self) -> MembershipServices:
        from allmytracks.memberships.wiring import MembershipServices

        return MembershipServices(self.foundation, self.publishing, lambda: self.accounts.member_tokens)

    @cached_property
    def payments(self) -> PaymentServices:
        from allmytracks.payments.wiring import PaymentServices

        return PaymentServices(
            self.foundation, self.publishing, self.accounts, self.memberships, lambda: self.enforcement.standings
        )

    @cached_property
    def invoices(self) -> InvoiceServices:
        from allmytracks.invoices.wiring import InvoiceServices

        return InvoiceServices(self.foundation, self.documents, self.accounts, self.payments.orders, self.memberships)

    @cached_property
    def enforcement(self) -> EnforcementServices:
        from allmytracks.enforcement.wiring import EnforcementServices

        return EnforcementServices(self.foundation, self.publishing, self.accounts)

    @cached_property
    def downloads(self) -> DownloadServices:
        from allmytracks.downloads.wiring import DownloadServices

        return DownloadServices(
            self.foundation, self.publishing, self.accounts, self.catalogue, self.payments.orders, self.enforcement
        )

    @cached_property
    def licenses(self) -> LicenseServices:
        from allmytracks.licenses.wiring import LicenseServices

        return LicenseServices(
            self.foundation,
            self.publishing,
            self.documents,
            self.signing,
            self.accounts,
            self.catalogue,
            self.memberships,
            self.payments,
            self.enforcement,
            self.downloads,
        )

    @cached_property
    def register(self) -> RegisterServices:
        from allmytracks.register.wiring import RegisterServices

        return RegisterServices(self.foundation, self.signing, self.licenses)

    @cached_property
    def verification(self) -> VerificationServices:
        from allmytracks.verification.wiring import VerificationServices

        return VerificationServices(self.signing, self.licenses)

    @cached_property
    def damages(self) -> DamagesServices:
        from allmytracks.damages.wiring import DamagesServices

        return DamagesServices(self.foundation, self.accounts, self.catalogue, self.licenses)

    @cached_property
    def disclosures(self) -> DisclosureServices:
        from allmytracks.disclosures.wiring import DisclosureServices

        return DisclosureServices(self.foundation, self.accounts)

    @cached_property
    def notices(self) -> NoticeServices:
        from allmytracks.notices.wiring import NoticeServices

        return NoticeServices(self.foundation, self.publishing, self.accounts, self.memberships, self.payments.orders)

    @cached_property
    def timeline(self) -> TimelineServices:
        from allmytracks.timeline.wiring import TimelineServices

        return TimelineServices(self.foundation)

    @cached_property
    def tickets(self) -> TicketServices:
        from allmytracks.tickets.wiring import TicketServices

        return TicketServices(self.foundation, self.accounts, self.notices)

    @cached_property
    def enterprises(self) -> EnterpriseServices:
        from allmytracks.enterprises.wiring import EnterpriseServices

        return EnterpriseServices(self.foundation, self.publishing, self.accounts, self.tickets)

    @cached_property
    def storage(self) -> StorageServices:
        from allmytracks.storage.wiring import StorageServices

        return StorageServices(
            self.foundation, self.publishing, self.accounts, self.enforcement, self.payments, self.notices
        )

    @cached_property
    def closing(self) -> ClosingServices:
        from allmytracks.closing.wiring import ClosingServices

        return ClosingServices(
            self.foundation,
            self.accounts,
            self.memberships,
            self.payments,
            self.enforcement,
            self.notices,
            self.tickets,
            self.publishing,
            self.storage,
        )

    @cached_property
    def privacy(self) -> PrivacyServices:
        from allmytracks.privacy.wiring import PrivacyServices

        return PrivacyServices(
            self.foundation, self.signing, self.accounts, self.closing, self.disclosures, self.notices
        )

    @cached_property
    def operations(self) -> OperationServices:
        from allmytracks.operations.wiring import OperationServices

        return OperationServices(
            self.foundation,
            self.publishing,
            self.accounts,
            self.payments.orders,
            self.memberships,
            self.enforcement,
            self.downloads,
            self.notices,
        )


_services: Services | None = None


@primed_before_snapshots
def services() -> Services:
    """This process's services, created from its environment at the first call."""
    global _services  # noqa: PLW0603 - one instance for each process: Lambda keeps it between invocations
    if _services is None:
        collect_rarely()
        _services = Services(Settings())
    return _services


def install(replacement: Services | None) -> None:
    """Installs other services (tests, the command line); None restores the environment's own."""
    global _services  # noqa: PLW0603 - see services()
    _services = replacement
