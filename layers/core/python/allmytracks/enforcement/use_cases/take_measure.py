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
    """Audited before it is done; the member is notified afterwards. Idempotent: the same again is the same event.

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
        """The event of a measure. A repetition publishes the same one, so that the member is notified once."""
        account_id, reason, now = measure.account_id, measure.reason.value, self.clock.now()
        match measure.kind:
            case MeasureKind.RESTRICT | MeasureKind.EXTEND if until is not None:
                restriction = Restriction(reason, until)
                at = self._measured(measure, until, again=self._is(account_id, restriction))
                self.standings.restrict(account_id, restriction)
                return AccountRestricted(account_id, reason, at, rfc3339(until))
            case MeasureKind.LIFT:
                at = self._measured(measure, None, again=self._is(account_id, None))
                self.standings.lift(account_id, now)
                return RestrictionLifted(account_id, reason, at)
            case MeasureKind.SUSPEND:
                return AccountSuspended(account_id, reason, self._suspended(measure))
            case MeasureKind.REINSTATE:
                return AccountReinstated(account_id, reason, self._reinstated(measure))
            case _:
                return self._moved(measure, now)

    def _moved(self, measure: Measure, now: datetime) -> Event:
        """Measures whose first instant is kept with the account's state."""
        account_id, reason = measure.account_id, measure.reason.value
        match measure.kind:
            case MeasureKind.BAN:
                return AccountBanned(account_id, reason, rfc3339(self.standings.ban(account_id, now)))
            case MeasureKind.UNBAN:
                return AccountUnbanned(account_id, reason, rfc3339(self.standings.unban(account_id, now)))
            case MeasureKind.FREEZE:
                return AccountFrozen(account_id, reason, rfc3339(self.standings.freeze(account_id, now)))
            case _:
                return AccountUnfrozen(account_id, reason, rfc3339(self.standings.unfreeze(account_id, now)))

    def _measured(self, measure: Measure, until: datetime | None, *, again: bool) -> str:
        """When a measure was first taken."""
        # Extending a restriction to an end has the same event as restricting until then.
        kind = MeasureKind.RESTRICT if measure.kind is MeasureKind.EXTEND else measure.kind
        name = "#".join((kind, measure.reason, rfc3339(until) if until else ""))
        return rfc3339(self.standings.measured(measure.account_id, name, self.clock.now(), again=again))

    def _is(self, account_id: str, restriction: Restriction | None) -> bool:
        """Whether the account is restricted like this already; ends are stored in whole seconds."""
        current = self.standings.restriction(account_id)
        if current is None or restriction is None:
            return current is restriction
        same_end = int(current.until.timestamp()) == int(restriction.until.timestamp())
        return same_end and current.reason == restriction.reason

    def _suspended(self, measure: Measure) -> str:
        """A suspension that the member's next sign-in would lift is replaced by this one (S-6.1)."""
        account_id, account = measure.account_id, self.accounts.get(measure.account_id)
        is_suspended = account.status is AccountStatus.SUSPENDED
        by_inactivity = is_suspended and account.suspended_for == Reason.INACTIVITY
        again = is_suspended and not by_inactivity
        at = self._measured(measure, None, again=again)
        if by_inactivity:
            self.standings.move(account_id, StateEvent.REINSTATE)
        if not again:
            self.standings.move(account_id, StateEvent.SUSPEND, measure.reason)
        return at

    def _reinstated(self, measure: Measure) -> str:
        again = self.accounts.get(measure.account_id).status is AccountStatus.ACTIVE
        at = self._measured(measure, None, again=again)
        if not again:
            self.standings.move(measure.account_id, StateEvent.REINSTATE)
        return at


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
