"""Operators set and lift legal holds; each act is audited (P-storage)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.events import AccountClosed
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_reasons import require_reason
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.records import Record
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.privacy.ports import Holds
from allmytracks.privacy.rules_holds import SETTING, Hold, HoldReason, hold_id_of, require_kinds


@dataclass(frozen=True)
class KeepHolds:
    """Each act is idempotent and on record before it is done. Raises AccountNotFound, Unavailable."""

    accounts: Accounts
    holds: Holds
    records: Sequence[Record]
    events: Events
    audit: Audit
    clock: Clock

    def set(self, account_id: str, reason: HoldReason, kinds: Sequence[str], operator: Operator) -> Hold:
        """Holds these kinds of records, all of them where none is named. Raises InvalidFields."""
        require_reason(reason, SETTING)
        require_kinds(kinds, self.records)
        self.accounts.get(account_id)
        self.audit(operator, "hold_set", account_id, reason)
        hold_id = hold_id_of(account_id, reason, kinds)
        for each in self.holds.of(account_id):
            if each.id == hold_id:
                return each
        hold = Hold(hold_id, account_id, reason, self.clock.now(), tuple(sorted(set(kinds))))
        self.holds.set(hold)
        return hold

    def lift(self, account_id: str, hold_id: str, reason: HoldReason, operator: Operator) -> None:
        """Ends a hold; the erasure of a closed account goes on, also where the hold was lifted before. Raises
        HoldNotFound.
        """
        self.audit(operator, "hold_lifted", account_id, reason)
        closed = self.accounts.get(account_id).status is AccountStatus.CLOSED
        try:
            self.holds.lift(account_id, hold_id)
        finally:
            if closed:  # an earlier attempt may have lifted it and got no further
                self.events.publish([AccountClosed(account_id, reason, rfc3339(self.clock.now()))])

    def of(self, account_id: str, operator: Operator) -> Sequence[Hold]:
        """The holds of an account."""
        self.audit(operator, "holds_listed", account_id)
        return self.holds.of(account_id)
