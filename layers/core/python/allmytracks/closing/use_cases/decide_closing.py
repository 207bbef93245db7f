"""Operators decide applications to close an account, and close one by themselves (U-II.III.3, S-6.1.close)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.accounts.events import AccountClosing, ClosingRefused
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_closing import ClosingBlocks
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_closing import Block, RefusalReason
from allmytracks.accounts.rules_reasons import CLOSING, Reason, require_reason
from allmytracks.accounts.rules_states import StateEvent
from allmytracks.closing.ports import Closings
from allmytracks.closing.rules import (
    Closing,
    ClosingDecided,
    ClosingNotFound,
    ClosingStatus,
    require_unblocked,
)
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class DecideClosing:
    """Each act is on record before it is done; the same act may be repeated after a lost answer.

    Raises ClosingNotFound, ClosingDecided, ClosingBlocked, AccountNotFound, StateConflict, InvalidFields, Unavailable.
    """

    accounts: Accounts
    closings: Closings
    standings: Standings
    blocks: Sequence[ClosingBlocks]
    events: Events
    audit: Audit
    clock: Clock

    def waiting(self, operator: Operator, *, limit: int, cursor: str | None) -> Page[Closing]:
        """Applications that wait, oldest first."""
        self.audit(operator, "closings_listed", "closings")
        return self.closings.waiting(limit=limit, cursor=cursor)

    def approve(self, account_id: str, operator: Operator) -> Closing:
        """Closes the account, if nothing blocks it; that takes effect with the notice (S-6.4).

        Checked before and after the account is `closing`: nothing new begins in that state, so that the second check
        finds what began in between, and the account gets its former status back.
        """
        closing = self._application(account_id, ClosingStatus.APPROVED)
        self.audit(operator, "closing_approved", account_id, Reason.MEMBER_REQUEST)
        if closing.status is not ClosingStatus.APPROVED:
            self._require_unblocked(closing)
            self._begin(account_id)
            self._require_unblocked(closing)
            closing = self._decided(closing, ClosingStatus.APPROVED, Reason.MEMBER_REQUEST)
        self._tell(closing)
        return closing

    def refuse(self, account_id: str, reason: RefusalReason, operator: Operator) -> Closing:
        """Leaves the account as it was before the application; the member is notified of the reason."""
        closing = self._application(account_id, ClosingStatus.REFUSED)
        self.audit(operator, "closing_refused", account_id, reason)
        if closing.status is not ClosingStatus.REFUSED:
            closing = self._decided(closing, ClosingStatus.REFUSED, reason)
        self._give_back(account_id)
        at = rfc3339(closing.decided_at or closing.applied_at)
        self.events.publish([ClosingRefused(account_id, closing.decided_reason or reason, at)])
        return closing

    def close(self, account_id: str, reason: Reason, operator: Operator) -> Closing:
        """Closes an account that nobody applied for (S-6.1.close); a paid service that runs does not stop it."""
        self.check(account_id, reason)
        self.audit(operator, "account_closed", account_id, reason)
        return self.close_for(account_id, reason)

    def check(self, account_id: str, reason: Reason) -> None:
        """Raises InvalidFields, AccountNotFound."""
        require_reason(reason, CLOSING)
        self.accounts.get(account_id)

    def close_for(self, account_id: str, reason: Reason) -> Closing:
        """As close, for what no operator decided: a schedule, the end of the service."""
        known = self.closings.get(account_id)
        if known is None or known.status is not ClosingStatus.APPROVED:
            now = self.clock.now()
            known = Closing(account_id, ClosingStatus.APPROVED, now, decided_at=now, decided_reason=reason)
            self._begin(account_id)
            self.closings.begin(known)
        self._tell(known)
        return known

    def _application(self, account_id: str, wanted: ClosingStatus) -> Closing:
        closing = self.closings.get(account_id)
        if closing is None:
            raise ClosingNotFound("Nobody applied to close this account.")
        if closing.status not in {ClosingStatus.APPLIED, wanted}:
            raise ClosingDecided(f"This application was {closing.status} already.")
        return closing

    def _begin(self, account_id: str) -> None:
        """Again after a crash, which left the account `closing` and the application waiting."""
        if self.accounts.get(account_id).status is not AccountStatus.CLOSING:
            self.standings.move(account_id, StateEvent.CLOSING_BEGINS)

    def _give_back(self, account_id: str) -> None:
        """An account that an approval began to close, now or before a crash, gets its former status back."""
        if self.accounts.get(account_id).status is AccountStatus.CLOSING:
            self.standings.move(account_id, StateEvent.CLOSING_ENDS_WITHOUT_EFFECT)

    def _decided(self, closing: Closing, status: ClosingStatus, reason: str) -> Closing:
        decided = replace(closing, status=status, decided_at=self.clock.now(), decided_reason=reason)
        if self.closings.decide(decided):
            return decided
        now = self.closings.get(closing.account_id)
        if now is None or now.status is not status:
            if status is ClosingStatus.APPROVED:  # withdrawn or refused meanwhile: the account goes on
                self._give_back(closing.account_id)
            raise ClosingDecided("This application was withdrawn or decided meanwhile.")
        return now

    def _tell(self, closing: Closing) -> None:
        if self.accounts.get(closing.account_id).status is AccountStatus.CLOSING:
            at = rfc3339(closing.decided_at or closing.applied_at)
            self.events.publish([AccountClosing(closing.account_id, closing.decided_reason or "", at)])

    def _require_unblocked(self, closing: Closing) -> None:
        found = self._all(closing)
        if found:
            self._give_back(closing.account_id)
        require_unblocked(found)

    def _all(self, closing: Closing) -> list[Block]:
        now = self.clock.now()
        return [block for each in self.blocks for block in each(closing.account_id, now, forfeit=closing.forfeit)]
