"""An operator records disclosures; member and operators read the register (U-V.privacy)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.disclosures.ports import DisclosureRegister
from allmytracks.disclosures.rules import Disclosure, Recorded, disclosure_of
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class KeepDisclosures:
    """The register. Raises AccountNotFound, InvalidFields, Unavailable."""

    register: DisclosureRegister
    accounts: Accounts
    audit: Audit
    clock: Clock

    def record(self, disclosure: Disclosure, operator: Operator) -> tuple[Recorded, bool]:
        """The record, and whether it is new. Audited before it is recorded. Idempotent."""
        self.accounts.get(disclosure.account_id)
        now = self.clock.now()
        recorded = Recorded(disclosure_of(disclosure, now), operator.arn, now)
        self.audit(operator, "disclosure_recorded", disclosure.account_id, disclosure.basis)
        held = self.register.record(recorded)
        return held, held == recorded

    def all(self, account_id: str, operator: Operator) -> Sequence[Recorded]:
        """An account's disclosures for an operator, the latest first."""
        self.audit(operator, "disclosures_listed", account_id)
        self.accounts.get(account_id)
        return self.register.all(account_id)
