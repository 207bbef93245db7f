"""Failures of mail in the accounts table: one item an account, in the sparse index `timeline`."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import TransactWriteError, UpdateError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb import ProfileItem
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, connect, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.notices.dynamodb import MAIL_FAILURE, NOTICE, NoticeItem, require_not_closed
from allmytracks.notices.rules import NoticeNotFound, place_of
from allmytracks.notices.rules_delivery import Failure, MailFailure

UNDELIVERED = "UNDELIVERED"


class UndeliveredIndex(GlobalSecondaryIndex["MailFailureItem"]):
    """The sparse index `timeline`: all failures."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class MailFailureItem(Model):
    """The latest failure of an account; in the index until mail goes there again."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    undelivered = UndeliveredIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)
    account_id = UnicodeAttribute()
    failure = UnicodeAttribute()
    at = UnicodeAttribute()
    notice_id = UnicodeAttribute(null=True)


class DynamoMailFailures:
    """Failures in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(MailFailureItem, table)
        self._notices = bind(NoticeItem, table)
        self._profiles = bind(ProfileItem, table)
        self._connection = connect(table)

    def record(self, failure: MailFailure) -> None:
        if failure.notice_id is not None:
            self._mark_notice(failure.account_id, failure.notice_id, failure.failure)
        at = rfc3339(failure.at)
        item = self._items(
            account_key(failure.account_id),
            MAIL_FAILURE,
            timeline_key=UNDELIVERED,
            timeline_at=f"{at}#{failure.account_id}",
            account_id=failure.account_id,
            failure=failure.failure.value,
            at=at,
            notice_id=failure.notice_id,
        )
        try:
            with TransactWrite(connection=self._connection) as transaction:
                require_not_closed(transaction, self._profiles, failure.account_id)
                transaction.save(item, condition=self._items.pk.does_not_exist() | (self._items.at < at))
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise

    def _mark_notice(self, account_id: str, notice_id: str, failure: Failure) -> None:
        try:
            item = self._notices(account_key(account_id), f"{NOTICE}{place_of(notice_id)}")
            # Only its mail: the day in the inbox counts as before.
            item.update(actions=[self._notices.mail_failure.set(failure.value)], condition=self._notices.at.exists())
        except NoticeNotFound:
            return
        except UpdateError as error:
            if not is_condition_failure(error):
                raise

    def get(self, account_id: str) -> MailFailure | None:
        try:
            item = self._items.get(account_key(account_id), MAIL_FAILURE, consistent_read=True)
        except self._items.DoesNotExist:
            return None
        return _stored(item) if item.timeline_key else None

    def remove(self, account_id: str) -> None:
        # The item stays with its instant: the same report, delivered again, changes nothing.
        model = self._items
        try:
            model(account_key(account_id), MAIL_FAILURE).update(
                actions=[model.timeline_key.remove(), model.timeline_at.remove()], condition=model.pk.exists()
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise

    def page(self, *, limit: int, cursor: str | None) -> Page[MailFailure]:
        start = None
        if cursor:
            (place,) = read_cursor(cursor, tuple[KeyPart])
            pk = account_key(place.partition("#")[2])
            start = {"pk": pk, "sk": MAIL_FAILURE, "timeline_key": UNDELIVERED, "timeline_at": place}
        found = self._items.undelivered.query(
            UNDELIVERED,
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key={name: {"S": value} for name, value in start.items()} if start else None,
        )
        items = list(found)
        more = found.last_evaluated_key is not None and items
        return Page([_stored(item) for item in items], make_cursor(items[-1].timeline_at) if more else None)


def _stored(item: MailFailureItem) -> MailFailure:
    return MailFailure(item.account_id, Failure(item.failure), parse_rfc3339(item.at), item.notice_id)
