"""An operator restricts, extends, lifts, bans or unbans (M-III.5.fraud, M-III.5.revoke, U-III.III.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_reasons import AGAINST, IN_FAVOUR, Reason, require_reason
from allmytracks.accounts.rules_states import Restriction
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


@dataclass(frozen=True, slots=True)
class Measure:
    """What to do to which account, and why; a restriction has its end."""

    kind: MeasureKind
    account_id: str
    reason: Reason
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's standing."""

    status: AccountStatus
    restriction: Restriction | None


@dataclass(frozen=True)
class TakeMeasure:
    """Audited before it is done; the member is notified afterwards. Idempotent.

    Raises AccountNotFound, InvalidFields (no end, or one that is past; a reason of other acts), NothingToLift,
    NotBanned, CannotBeBanned, NotFrozen, CannotBeFrozen, Unavailable.
    """

    accounts: Accounts
    standings: Standings
    events: Events
    audit: Audit
    clock: Clock

    def __call__(self, measure: Measure, operator: Operator) -> Standing:
        self.accounts.get(measure.account_id)
        require_reason(measure.reason, _REASONS[measure.kind])
        until = self._checked_until(measure)
        self.audit(operator, f"account_measure_{measure.kind}", measure.account_id, measure.reason)
        self.events.publish([self._done(measure, until)])
        return Standing(self.accounts.get(measure.account_id).status, self.standings.restriction(measure.account_id))

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
        if measure.kind is MeasureKind.FREEZE:
            return AccountFrozen(account_id, reason, rfc3339(self.standings.freeze(account_id, now)))
        if measure.kind is MeasureKind.UNFREEZE:
            self.standings.unfreeze(account_id)
            return AccountUnfrozen(account_id, reason, at)
        self.standings.unban(account_id)
        return AccountUnbanned(account_id, reason, at)


_REASONS = {
    MeasureKind.RESTRICT: AGAINST,
    MeasureKind.EXTEND: AGAINST,
    MeasureKind.LIFT: IN_FAVOUR,
    MeasureKind.BAN: AGAINST,
    MeasureKind.UNBAN: IN_FAVOUR,
    MeasureKind.FREEZE: AGAINST,
    MeasureKind.UNFREEZE: IN_FAVOUR,
}
