"""An operator looks licences up: one by its number, or those of an account."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.paging import Page
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules import Letter, PublicLicense
from allmytracks.licenses.rules_numbers import LicenseNotFound, normal_number


class LicenseFile(Struct, frozen=True):
    """The record of a licence; the letter is None where it was erased with its account."""

    account_id: str
    public: PublicLicense
    letter: Letter | None


@dataclass(frozen=True)
class LookUpLicense:
    """Every read is audited before it is returned. Raises LicenseNotFound, Unavailable."""

    licenses: Licenses
    accounts: Accounts
    audit: Audit

    def __call__(self, number: str, operator: Operator) -> LicenseFile:
        number = normal_number(number)
        self.audit(operator, "license_looked_up", number)
        account_id, public = self.licenses.owner(number), self.licenses.public(number)
        try:
            return LicenseFile(account_id, public, self.licenses.get(account_id, number))
        except LicenseNotFound:
            return LicenseFile(account_id, public, None)

    def of_account(self, account_id: str, operator: Operator, *, limit: int, cursor: str | None) -> Page[Letter]:
        """Newest first. Raises AccountNotFound, InvalidFields (cursor)."""
        self.audit(operator, "licenses_listed", account_id)
        self.accounts.get(account_id)
        return self.licenses.page(account_id, limit=limit, cursor=cursor)
