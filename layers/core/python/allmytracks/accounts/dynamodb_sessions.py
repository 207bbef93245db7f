"""Sessions in the accounts table; ending all of them is one write to the account's own item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from allmytracks.accounts.dynamodb import ProfileItem
from allmytracks.accounts.rules import AccountNotFound
from allmytracks.accounts.rules_sessions import EndOfSessions, Session
from allmytracks.foundation.aws.keys import PROFILE, account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339

SESSION = "SESSION#"


class SessionItem(Model):
    """One sign-in; DynamoDB drops it after `expires_at` (seconds)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    started_at = UnicodeAttribute()
    last_seen_at = UnicodeAttribute()
    network = UnicodeAttribute()
    device = UnicodeAttribute()
    expires_at = NumberAttribute()


class DynamoSessions:
    """Sessions in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(SessionItem, table)
        self._profiles = bind(ProfileItem, table)

    def open(self, account_id: str, session: Session) -> None:
        item = self._items(
            account_key(account_id),
            SESSION + session.id,
            started_at=rfc3339(session.started_at),
            last_seen_at=rfc3339(session.last_seen_at),
            network=session.network,
            device=session.device,
            expires_at=int(session.ends_at.timestamp()),
        )
        item.save()

    def get(self, account_id: str, session_id: str) -> Session | None:
        try:
            return _session(self._items.get(account_key(account_id), SESSION + session_id, consistent_read=True))
        except DoesNotExist:
            return None

    def of(self, account_id: str) -> Sequence[Session]:
        items = self._items.query(account_key(account_id), self._items.sk.startswith(SESSION), consistent_read=True)
        return sorted(map(_session, items), key=lambda each: each.started_at, reverse=True)

    def see(self, account_id: str, session_id: str, now: datetime) -> bool:
        item = self._items(account_key(account_id), SESSION + session_id)
        try:
            item.update(actions=[self._items.last_seen_at.set(rfc3339(now))], condition=self._items.pk.exists())
        except UpdateError as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def end(self, account_id: str, now: datetime, why: EndOfSessions, *, keep: str | None = None) -> None:
        model, profile = self._profiles, self._profiles(account_key(account_id), PROFILE)
        actions: list[Action] = [model.sessions_from.set(rfc3339(now)), model.sessions_ended_by.set(why.value)]
        actions.append(model.kept_session.remove() if keep is None else model.kept_session.set(keep))
        try:
            profile.update(actions=actions, condition=model.pk.exists())
        except UpdateError as error:
            if is_condition_failure(error):
                raise AccountNotFound("There is no such account.") from None
            raise


def _session(item: SessionItem) -> Session:
    return Session(
        id=item.sk.removeprefix(SESSION),
        started_at=parse_rfc3339(item.started_at),
        last_seen_at=parse_rfc3339(item.last_seen_at),
        network=item.network,
        device=item.device,
    )
