"""Restrictions and bans on the allowance and account items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec.structs import replace
from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb import ProfileItem
from allmytracks.accounts.rules import AccountNotFound, AccountStatus
from allmytracks.accounts.rules_sessions import EndOfSessions
from allmytracks.accounts.rules_states import Restriction, StateEvent, can, moved
from allmytracks.enforcement.rules_standings import CannotBeBanned, CannotBeFrozen, NotBanned, NotFrozen
from allmytracks.foundation.aws.keys import PROFILE, account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key

WITH_AN_INSTANT = (StateEvent.BAN, StateEvent.UNBAN, StateEvent.FREEZE, StateEvent.UNFREEZE)
# Where opening an account again is no repetition of what was done before.
ENDED = (AccountStatus.BANNED, AccountStatus.CLOSING, AccountStatus.CLOSED)


class MeasuredProfileItem(ProfileItem):
    """An account with the operators' last measure, and when that was first taken."""

    measure = UnicodeAttribute(null=True)
    measured_at = UnicodeAttribute(null=True)


class DynamoStandings:
    """Standings in DynamoDB."""

    def __init__(self, counters: Table, accounts: Table) -> None:
        self._allowances = bind(AllowanceItem, counters)
        self._profiles = bind(MeasuredProfileItem, accounts)
        self._connection = connect(counters)

    def restriction(self, account_id: str) -> Restriction | None:
        try:
            item = self._allowances.get(allowance_key(account_id), consistent_read=True)
        except DoesNotExist:
            return None
        if item.restriction is None:
            return None
        return Restriction(item.restriction, datetime.fromtimestamp(int(item.restricted_until), UTC))

    def restrict_by_rule(self, account_id: str, restriction: Restriction, *, seen_at: datetime) -> bool:
        model = self._allowances
        until = int(restriction.until.timestamp())
        same = (model.restricted_until == until) & (model.restriction == restriction.reason)
        shorter = model.restricted_until.does_not_exist() | (model.restricted_until < until)
        not_lifted = model.lifted_at.does_not_exist() | (model.lifted_at < seen_at.timestamp())
        try:
            model(allowance_key(account_id)).update(
                actions=[model.restricted_until.set(until), model.restriction.set(restriction.reason)],
                condition=(same | shorter) & not_lifted,
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def restrict(self, account_id: str, restriction: Restriction) -> None:
        model = self._allowances
        until = int(restriction.until.timestamp())
        model(allowance_key(account_id)).update(
            actions=[model.restricted_until.set(until), model.restriction.set(restriction.reason)]
        )

    def lift(self, account_id: str, at: datetime) -> None:
        model = self._allowances
        model(allowance_key(account_id)).update(
            actions=[model.restricted_until.set(0), model.restriction.remove(), model.lifted_at.set(at.timestamp())]
        )

    def measured(self, account_id: str, measure: str, at: datetime, *, again: bool) -> datetime:
        item, model = self._profile(account_id), self._profiles
        if again and item.measure == measure and item.measured_at is not None:
            return parse_rfc3339(item.measured_at)
        model(account_key(account_id), PROFILE).update(
            actions=[model.measure.set(measure), model.measured_at.set(rfc3339(at))], condition=model.pk.exists()
        )
        return at

    def ban(self, account_id: str, at: datetime) -> datetime:
        status, before, since = self._status(account_id)
        if status is AccountStatus.BANNED:
            return since or at
        if not can(status, StateEvent.BAN):
            raise CannotBeBanned(f"This account is {status}.")
        kept = [self._profiles.status_before_ban.set(status.value), self._profiles.banned_at.set(rfc3339(at))]
        self._move(account_id, status, moved(status, StateEvent.BAN, before), kept)
        return at

    def unban(self, account_id: str, at: datetime) -> datetime:
        item = self._profile(account_id)
        status, model = AccountStatus(item.status), self._profiles
        if not can(status, StateEvent.UNBAN):
            if item.unbanned_at is None or status in ENDED:
                raise NotBanned("This account is not banned.")
            return parse_rfc3339(item.unbanned_at)
        before = AccountStatus(item.status_before_ban or AccountStatus.ACTIVE)
        forgotten = [model.status_before_ban.remove(), model.banned_at.remove(), model.unbanned_at.set(rfc3339(at))]
        self._move(account_id, status, moved(status, StateEvent.UNBAN, before), forgotten)
        return at

    def move(self, account_id: str, event: StateEvent, reason: str | None = None) -> AccountStatus:
        if event in WITH_AN_INSTANT:
            raise ValueError(f"{event} has its own instant, and its own method")
        item = self._profile(account_id)
        status = AccountStatus(item.status)
        to = moved(status, event, AccountStatus(item.status_before_closing or AccountStatus.ACTIVE))
        kept: list[Action] = []
        if to is AccountStatus.CLOSING:
            kept = [self._profiles.status_before_closing.set(status.value)]
        elif status is AccountStatus.CLOSING and to is not AccountStatus.CLOSED:
            kept = [self._profiles.status_before_closing.remove()]
        if event is StateEvent.SUSPEND and reason is not None:
            kept.append(self._profiles.suspended_for.set(reason))
        elif event is StateEvent.REINSTATE:
            kept.append(self._profiles.suspended_for.remove())
        self._move(account_id, status, to, kept)
        return to

    def await_guardian(self, account_id: str, guardian_email: str) -> None:
        status, model = AccountStatus(self._profile(account_id).status), self._profiles
        waits = status is AccountStatus.AWAITING_GUARDIAN
        to = status if waits else moved(status, StateEvent.GUARDIAN_ASKED, status)
        self._move(account_id, status, to, [model.minor.set(True), model.guardian_email.set(guardian_email)])

    def freeze(self, account_id: str, at: datetime) -> datetime:
        item = self._profile(account_id)
        status, model = AccountStatus(item.status), self._profiles
        if status is AccountStatus.FROZEN:
            return parse_rfc3339(item.frozen_at) if item.frozen_at else at
        if not can(status, StateEvent.FREEZE):
            raise CannotBeFrozen(f"This account is {status}.")
        kept: list[Action] = [
            model.status_before_freeze.set(status.value),
            model.frozen_at.set(rfc3339(at)),
            model.sessions_from.set(rfc3339(at)),
            model.sessions_ended_by.set(EndOfSessions.FROZEN.value),
            model.kept_session.remove(),
        ]
        self._move(account_id, status, moved(status, StateEvent.FREEZE, status), kept)
        return at

    def unfreeze(self, account_id: str, at: datetime) -> datetime:
        item = self._profile(account_id)
        status, model = AccountStatus(item.status), self._profiles
        if not can(status, StateEvent.UNFREEZE):
            if item.unfrozen_at is None or status in ENDED:
                raise NotFrozen("This account is not frozen.")
            return parse_rfc3339(item.unfrozen_at)
        before = AccountStatus(item.status_before_freeze or AccountStatus.ACTIVE)
        forgotten = [model.status_before_freeze.remove(), model.frozen_at.remove(), model.unfrozen_at.set(rfc3339(at))]
        self._move(account_id, status, moved(status, StateEvent.UNFREEZE, before), forgotten)
        return at

    def _profile(self, account_id: str) -> MeasuredProfileItem:
        try:
            return self._profiles.get(account_key(account_id), PROFILE, consistent_read=True)
        except DoesNotExist:
            raise AccountNotFound("There is no such account.") from None

    def _status(self, account_id: str) -> tuple[AccountStatus, AccountStatus, datetime | None]:
        """The account's status, the status that unbanning restores, and since when it is banned."""
        item = self._profile(account_id)
        before = AccountStatus(item.status_before_ban or AccountStatus.ACTIVE)
        since = parse_rfc3339(item.banned_at) if item.banned_at else None
        return AccountStatus(item.status), before, since

    def _move(self, account_id: str, was: AccountStatus, to: AccountStatus, kept: Sequence[Action]) -> None:
        """Writes account and allowance in one transaction, if the account is unchanged since it was read."""
        profiles, allowances = self._profiles, self._allowances
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.update(
                    profiles(account_key(account_id), PROFILE),
                    actions=[profiles.status.set(to.value), *kept],
                    condition=profiles.status == was.value,
                )
                transaction.update(
                    allowances(allowance_key(account_id)), actions=[allowances.standing.set(standing_for(to))]
                )
        except TransactWriteError as error:
            if is_condition_failure(error):
                raise Unavailable from error  # it changed in between; the same act may be retried
            raise


def standing_for(status: AccountStatus) -> str:
    """The allowance's standing for an account's status; an unverified account has no membership."""
    stopped = (
        AccountStatus.AWAITING_GUARDIAN,
        AccountStatus.BANNED,
        AccountStatus.FROZEN,
        AccountStatus.SUSPENDED,
        AccountStatus.CLOSING,
        AccountStatus.CLOSED,
    )
    return status.value if status in stopped else AccountStatus.ACTIVE.value


def _whole_seconds(restriction: Restriction) -> Restriction:
    return replace(restriction, until=restriction.until.replace(microsecond=0))
