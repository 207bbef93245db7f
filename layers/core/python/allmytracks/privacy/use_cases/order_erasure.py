"""An operator has an account erased: its owner's wish, or that of a deceased owner's relatives (P-manage.deceased)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.events import AccountClosed
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_closing import ReceiptNumbers
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.closing.use_cases.decide_closing import DecideClosing
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.privacy.ports import Erasures
from allmytracks.privacy.rules_erasure import Erasure, ErasureReason


@dataclass(frozen=True)
class OrderErasure:
    """Audited before it is done; the account is closed first, and its closing starts the erasure. Idempotent.

    Raises AccountNotFound, StateConflict, Unavailable.
    """

    accounts: Accounts
    closing: DecideClosing
    numbers: ReceiptNumbers
    erasures: Erasures
    events: Events
    audit: Audit
    clock: Clock

    def check(self, account_id: str) -> None:
        """Raises AccountNotFound."""
        self.accounts.get(account_id)

    def __call__(self, account_id: str, reason: ErasureReason, operator: Operator) -> Erasure:
        """As far as it came: ask again to see whether it is done."""
        account = self.accounts.get(account_id)
        self.audit(operator, "account_erased", account_id, reason)
        now = self.clock.now()
        if account.status is AccountStatus.CLOSED:
            self.events.publish([AccountClosed(account_id, reason, rfc3339(now))])
        else:
            self.closing.close_for(account_id, Reason(reason))
        return self.erasures.begin(Erasure(self.numbers.of(account_id), account_id, now))
