"""An operator restricts, suspends or bans an account, or takes that back (M-III.5.fraud, U-III.III.3, S-6.1.close)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.events import AccountReinstated, AccountSuspended
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_reasons import AGAINST, IN_FAVOUR, SUSPENDING, Reason, require_reason
from allmytracks.accounts.rules_states import Restriction, StateEvent
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.enforcement.rules_standings import MeasureKind, check_until
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.events import Event
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.events import (
    AccountBanned,
    AccountFrozen,
    AccountRestricted,
    AccountUnbanned,
    AccountUnfrozen,
    RestrictionLifted,
)


class Measure(Struct, frozen=True):
    """What to do to which account, and why; a restriction has its end."""

    kind: MeasureKind
    account_id: str
    reason: Reason
    until: datetime | None = None


class Standing(Struct, frozen=True):
    """An account's standing."""

    status: AccountStatus
    restriction: Restriction | None


@dataclass(frozen=True)
class TakeMeasure:
    """Audited before it is done; the member is notified afterwards. Idempotent.

    Raises AccountNotFound, InvalidFields (no end, or one that is past; a reason of other acts), NothingToLift,
    NotBanned, CannotBeBanned, NotFrozen, CannotBeFrozen, StateConflict, Unavailable.
    """

    accounts: Accounts
    standings: Standings
    events: Events
    audit: Audit
    clock: Clock

    def __call__(self, measure: Measure, operator: Operator) -> Standing:
        until = self.check(measure)
        self.audit(operator, f"account_measure_{measure.kind}", measure.account_id, measure.reason)
        self.events.publish([self._done(measure, until)])
        return Standing(self.accounts.get(measure.account_id).status, self.standings.restriction(measure.account_id))

    def check(self, measure: Measure) -> datetime | None:
        """The end of the restriction, checked with everything else before anything is done."""
        self.accounts.get(measure.account_id)
        require_reason(measure.reason, _REASONS[measure.kind])
        return self._checked_until(measure)

    def _checked_until(self, measure: Measure) -> datetime | None:
        if measure.kind not in {MeasureKind.RESTRICT, MeasureKind.EXTEND}:
            return None
        current = self.standings.restriction(measure.account_id)
        return check_until(measure.kind, measure.until, current, self.clock.now())

    def _done(self, measure: Measure, until: datetime | None) -> Event:
        account_id, reason, now = measure.account_id, measure.reason.value, self.clock.now()
        at = rfc3339(now)
        if until is not None:
            self.standings.restrict(account_id, Restriction(reason, until))
            return AccountRestricted(account_id, reason, at, rfc3339(until))
        if measure.kind is MeasureKind.LIFT:
            self.standings.lift(account_id, now)
            return RestrictionLifted(account_id, reason, at)
        if measure.kind is MeasureKind.BAN:
            # A retry publishes the same ban, so that the member is notified once.
            return AccountBanned(account_id, reason, rfc3339(self.standings.ban(account_id, now)))
        if measure.kind is not MeasureKind.UNBAN:
            return self._moved(measure, now)
        return AccountUnbanned(account_id, reason, rfc3339(self.standings.unban(account_id, now)))

    def _moved(self, measure: Measure, now: datetime) -> Event:
        """Freezes, suspends, or takes either back."""
        account_id, reason, at = measure.account_id, measure.reason.value, rfc3339(now)
        if measure.kind is MeasureKind.FREEZE:
            return AccountFrozen(account_id, reason, rfc3339(self.standings.freeze(account_id, now)))
        if measure.kind is MeasureKind.UNFREEZE:
            return AccountUnfrozen(account_id, reason, rfc3339(self.standings.unfreeze(account_id, now)))
        if measure.kind is MeasureKind.SUSPEND:
            self._suspend(account_id, measure.reason)
            return AccountSuspended(account_id, reason, at)
        self._move_once(account_id, StateEvent.REINSTATE, AccountStatus.ACTIVE)
        return AccountReinstated(account_id, reason, at)

    def _suspend(self, account_id: str, reason: Reason) -> None:
        """A suspension that the member's next sign-in would lift is replaced by this one (S-6.1)."""
        account = self.accounts.get(account_id)
        if account.status is AccountStatus.SUSPENDED and account.suspended_for == Reason.INACTIVITY:
            self.standings.move(account_id, StateEvent.REINSTATE)
        if account.status is not AccountStatus.SUSPENDED or account.suspended_for == Reason.INACTIVITY:
            self.standings.move(account_id, StateEvent.SUSPEND, reason)

    def _move_once(self, account_id: str, event: StateEvent, to: AccountStatus) -> None:
        """A repetition after a lost answer finds it done."""
        if self.accounts.get(account_id).status is not to:
            self.standings.move(account_id, event)


_REASONS = {
    MeasureKind.RESTRICT: AGAINST,
    MeasureKind.EXTEND: AGAINST,
    MeasureKind.LIFT: IN_FAVOUR,
    MeasureKind.BAN: AGAINST,
    MeasureKind.UNBAN: IN_FAVOUR,
    MeasureKind.FREEZE: AGAINST,
    MeasureKind.UNFREEZE: IN_FAVOUR,
    MeasureKind.SUSPEND: SUSPENDING,
    MeasureKind.REINSTATE: IN_FAVOUR,
}
