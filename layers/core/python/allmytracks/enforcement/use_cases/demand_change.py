"""Operators have untrue data corrected, and texts changed or taken off (U-II.truth, U-II.IV.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.events import CorrectionAccepted, CorrectionDemanded, TextDemanded, TextTakenOff
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_deadlines import Deadlines
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind
from allmytracks.accounts.rules_reasons import AGAINST, Reason, require_reason
from allmytracks.accounts.rules_states import Restriction, StateEvent
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.enforcement.rules_demands import (
    MARGIN,
    NothingDemanded,
    checked_day,
    checked_fields,
    digest_of,
    text_of,
)
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class DemandChange:
    """Each act is audited first, and may be repeated. What is not done in time suspends the account.

    Raises AccountNotFound, InvalidFields, NothingDemanded, NoSuchText, Unavailable.
    """

    accounts: Accounts
    standings: Standings
    deadlines: Deadlines
    events: Events
    audit: Audit
    clock: Clock

    def correction(self, account_id: str, fields: Sequence[str], until: datetime, operator: Operator) -> None:
        """Restricts the account until its member has corrected these particulars and an operator accepted it."""
        self.accounts.get(account_id)
        named, now = checked_fields(fields), self.clock.now()
        until = checked_day(until, now)
        self.audit(operator, "correction_demanded", account_id, Reason.UNTRUE_DATA)
        self.deadlines.put(Deadline(account_id, DeadlineKind.CORRECTION, until))
        self.standings.restrict(account_id, Restriction(Reason.UNTRUE_DATA, until + MARGIN))
        at = rfc3339(now)
        told = CorrectionDemanded(account_id, Reason.UNTRUE_DATA, at, rfc3339(until), ", ".join(named))
        self.events.publish([told])

    def accept(self, account_id: str, operator: Operator) -> None:
        """Ends the restriction or suspension for untrue data."""
        account, restriction = self.accounts.get(account_id), self.standings.restriction(account_id)
        deadline = self.deadlines.get(account_id, DeadlineKind.CORRECTION)
        suspended = account.status is AccountStatus.SUSPENDED and account.suspended_for == Reason.UNTRUE_DATA
        restricted = restriction is not None and restriction.reason == Reason.UNTRUE_DATA
        if deadline is None and not suspended and not restricted:
            raise NothingDemanded("No correction is demanded of this account.")
        self.audit(operator, "correction_accepted", account_id, Reason.CLEARED)
        if suspended:
            self.standings.move(account_id, StateEvent.REINSTATE)
        self.events.publish([CorrectionAccepted(account_id, Reason.CLEARED, rfc3339(self.clock.now()))])
        if restricted:
            self.standings.lift(account_id, self.clock.now())
        if deadline is not None:
            self.deadlines.remove(deadline)

    def take_off(self, account_id: str, field: str, reason: Reason, operator: Operator) -> None:
        """Removes a text, whatever it is by now; the notice says which and why."""
        require_reason(reason, AGAINST)
        text = text_of(self.accounts.get(account_id), field)
        self.audit(operator, "text_taken_off", account_id, reason)
        # Published before it is removed: afterwards nothing says what it was.
        self.events.publish([TextTakenOff(account_id, reason, rfc3339(self.clock.now()), field, text)])
        self.accounts.change_particulars(account_id, {field: None}, None)

    def text(self, account_id: str, field: str, reason: Reason, until: datetime, operator: Operator) -> None:
        """Demands another text by an instant, or none."""
        require_reason(reason, AGAINST)
        now = self.clock.now()
        until = checked_day(until, now)
        text = text_of(self.accounts.get(account_id), field)
        self.audit(operator, "text_change_demanded", account_id, reason)
        self.deadlines.put(Deadline(account_id, DeadlineKind.TEXT, until, field, digest=digest_of(text)))
        told = TextDemanded(account_id, reason, rfc3339(now), rfc3339(until), field, text)
        self.events.publish([told])
