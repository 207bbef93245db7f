"""Which licences a member asks for."""

from __future__ import annotations

from allmytracks.domain.license_lists import WantedLicenses
from allmytracks.domain.license_states import LicenseStatus
from allmytracks.entrypoints.schemas.downloads import PageQuery


class LicensesQuery(PageQuery):
    """Which licences: of one project (its name), of one status (`valid`, `revoked`, `superseded`)."""

    project: str | None = None
    status: LicenseStatus | None = None

    def wanted(self) -> WantedLicenses:
        return WantedLicenses(self.project, self.status)
