"""Ends the service as a whole: every account is closed, and what it holds is erased (U-III.III.1)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import AccountFilter, Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.rules_states import StateEvent, can
from allmytracks.closing.use_cases.decide_closing import DecideClosing
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import Conflict
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.orders.published import announced_end
from allmytracks.publishing.ports import Publications


class ServiceNotEnded(Conflict):
    """No end of the service was announced, or it is still to come."""

    code = "service_not_ended"


@dataclass(frozen=True)
class EndService:
    """One page of accounts; repeated, or begun again from the start after a crash, it closes what is left.

    A sign-up without a proved address expires by itself. Raises ServiceNotEnded, InvalidFields (cursor), Unavailable.
    """

    publications: Publications
    accounts: Accounts
    decide: DecideClosing
    audit: Audit
    clock: Clock

    def __call__(self, operator: Operator, *, limit: int, cursor: str | None) -> tuple[int, str | None]:
        """How many accounts of the page are closed now, and where the next page begins."""
        ends_at = announced_end(self.publications)
        if ends_at is None or self.clock.now() < ends_at:
            raise ServiceNotEnded("No end of the service was announced, or it is still to come.")
        self.audit(operator, "service_ended", cursor or "first page", Reason.END_OF_SERVICE)
        page = self.accounts.page(AccountFilter(), limit=limit, cursor=cursor)
        closed = 0
        for account in page.items:
            if account.status is AccountStatus.CLOSING or can(account.status, StateEvent.CLOSING_BEGINS):
                self.decide.close_for(account.id, Reason.END_OF_SERVICE)
                closed += 1
        return closed, page.next_cursor
