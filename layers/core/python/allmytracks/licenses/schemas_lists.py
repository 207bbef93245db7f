"""Filters of a member's licences."""

from __future__ import annotations

from allmytracks.downloads.schemas import PageQuery
from allmytracks.licenses.rules_lists import WantedLicenses
from allmytracks.licenses.states.rules import LicenseStatus


class LicensesQuery(PageQuery):
    """Which licences: of one project (its name), of one status (`valid`, `revoked`, `superseded`)."""

    project: str | None = None
    status: LicenseStatus | None = None

    def wanted(self) -> WantedLicenses:
        return WantedLicenses(self.project, self.status)
