"""Notices in the accounts table: one item each, and one with the count of an account's unread ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.accounts.dynamodb import ProfileItem
from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.aws.errors import CONDITION_FAILED
from allmytracks.foundation.aws.keys import PROFILE, account_key
from allmytracks.foundation.aws.models import Table, bind, connect, failed_reasons, is_condition_failure
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.notices.ports import InboxPage
from allmytracks.notices.rules import Notice, StoredNotice, notice_not_found, place_of, public_id
from allmytracks.notices.rules_delivery import Failure

# Settled: its mail was sent, or none is to be sent.
TAKEN, RELEASED, SETTLED = "taken", "released", "sent"
# Longer than the mail service can take for one mail (ses.py), shorter than a queue waits before it delivers again.
CLAIM_LIFETIME = timedelta(minutes=2)
BEING_SENT = "This notice is being sent by another worker."
NOTICE = "NOTICE#"
# Beside the notices: the failure of mail to their account (dynamodb_delivery.py).
MAIL_FAILURE = "MAIL_FAILURE"
# Sorts after every instant: newest first, the count comes with the first page.
COUNT = "~"
Count = Annotated[int, msgspec.Meta(ge=0)]


class UnreadIndex(GlobalSecondaryIndex["NoticeItem"]):
    """The sparse index `timeline`: unread notices, and their count."""

    class Meta:
        """PynamoDB's settings of the index."""

        index_name = "timeline"
        projection = AllProjection()

    timeline_key = UnicodeAttribute(hash_key=True)
    timeline_at = UnicodeAttribute(range_key=True)


class NoticeItem(Model):
    """One notice, in the index until it is read; or the count, which has `unread_count` alone.

    `taken_at` in seconds since 1970.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    unread = UnreadIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)
    unread_count = NumberAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    text = UnicodeAttribute(null=True)
    at = UnicodeAttribute(null=True)
    served_at = UnicodeAttribute(null=True)
    read_at = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    taken_at = NumberAttribute(null=True)
    sent_at = UnicodeAttribute(null=True)
    mail_failure = UnicodeAttribute(null=True)


class DynamoNotices:
    """Notices in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(NoticeItem, table)
        self._profiles = bind(ProfileItem, table)
        self._connection = connect(table)

    def claim(self, notice: Notice, now: datetime) -> bool:
        model, item = self._items, self._item(notice)
        mailed = not self._mail_fails(notice.account_id)
        item.timeline_key, item.timeline_at = _unread_key(notice.account_id), notice.place
        item.kind, item.subject, item.text = notice.kind, notice.subject, notice.text
        item.at, item.served_at = rfc3339(notice.at), rfc3339(now)
        item.state, item.taken_at = TAKEN if mailed else SETTLED, now.timestamp()
        try:
            with TransactWrite(connection=self._connection) as transaction:
                require_not_closed(transaction, self._profiles, notice.account_id)
                transaction.save(item, condition=model.pk.does_not_exist())
                transaction.update(self._count(notice.account_id), actions=self._one_more(notice.account_id))
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            if failed_reasons(error)[0] is not None:
                return False
            return self._claim_again(notice, now, mailed=mailed)
        return mailed

    def _mail_fails(self, account_id: str) -> bool:
        try:
            failure = self._items.get(account_key(account_id), MAIL_FAILURE, consistent_read=True)
        except self._items.DoesNotExist:
            return False
        return failure.timeline_key is not None

    def _claim_again(self, notice: Notice, now: datetime, *, mailed: bool) -> bool:
        model, item = self._items, self._item(notice)
        left = (model.state == TAKEN) & (model.taken_at <= (now - CLAIM_LIFETIME).timestamp())
        try:
            item.update(
                actions=[model.state.set(TAKEN if mailed else SETTLED), model.taken_at.set(now.timestamp())],
                condition=(model.state == RELEASED) | left,
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise
            if model.get(item.pk, item.sk, consistent_read=True).state != SETTLED:
                raise Unavailable(BEING_SENT) from None
            return False
        return mailed

    def release(self, notice: Notice) -> None:
        self._item(notice).update(actions=[self._items.state.set(RELEASED)], condition=self._items.pk.exists())

    def mark_sent(self, notice: Notice, sent_at: datetime) -> None:
        self._item(notice).update(
            actions=[self._items.state.set(SETTLED), self._items.sent_at.set(rfc3339(sent_at))],
            condition=self._items.pk.exists(),
        )

    def page(self, account_id: str, *, unread: bool, limit: int, cursor: str | None) -> InboxPage:
        start, count = _start_of(account_id, cursor, unread=unread) if cursor else (None, 0)
        limit += start is None  # the first page has the count beside its notices
        model = self._items
        if unread:
            found = model.unread.query(
                _unread_key(account_id), scan_index_forward=False, limit=limit, last_evaluated_key=start
            )
        else:
            found = model.query(
                account_key(account_id),
                model.sk.startswith(NOTICE),
                consistent_read=True,
                scan_index_forward=False,
                limit=limit,
                last_evaluated_key=start,
            )
        items = list(found)
        counts = [int(item.unread_count) for item in items if item.sk == f"{NOTICE}{COUNT}"]
        notices = [_stored(item) for item in items if item.sk != f"{NOTICE}{COUNT}"]
        count = counts[0] if counts else count
        more = found.last_evaluated_key is not None and notices
        following = make_cursor(items[-1].sk.removeprefix(NOTICE), count) if more else None
        return InboxPage(Page(notices, following), count)

    def mark_read(self, account_id: str, notice_id: str, at: datetime) -> None:
        model = self._items
        item = model(account_key(account_id), f"{NOTICE}{place_of(notice_id)}")
        if item.sk == f"{NOTICE}{COUNT}":
            raise notice_not_found()
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.update(
                    item,
                    actions=[
                        model.read_at.set(rfc3339(at)),
                        model.timeline_key.remove(),
                        model.timeline_at.remove(),
                    ],
                    condition=model.pk.exists() & model.read_at.does_not_exist(),
                    return_values="ALL_OLD",
                )
                count = model.unread_count.set((model.unread_count | 0) - 1)
                transaction.update(self._count(account_id), actions=[count])
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            refused = failed_reasons(error)[0]
            if refused is None or refused.code != CONDITION_FAILED or not refused.raw_item:
                raise notice_not_found() from None

    def _item(self, notice: Notice) -> NoticeItem:
        return self._items(account_key(notice.account_id), f"{NOTICE}{notice.place}")

    def _count(self, account_id: str) -> NoticeItem:
        return self._items(account_key(account_id), f"{NOTICE}{COUNT}")

    def _one_more(self, account_id: str) -> list[Action]:
        model = self._items
        return [
            model.unread_count.set((model.unread_count | 0) + 1),
            model.timeline_key.set(_unread_key(account_id)),
            model.timeline_at.set(COUNT),
        ]


def require_not_closed(transaction: TransactWrite, model: type[ProfileItem], account_id: str) -> None:
    """Adds to a transaction the check of dynamodb_closed.not_closed; its reason is the first one."""
    open_or_unknown = model.pk.does_not_exist() | (model.status != AccountStatus.CLOSED.value)
    transaction.condition_check(model, account_key(account_id), PROFILE, condition=open_or_unknown)


def _unread_key(account_id: str) -> str:
    return f"UNREAD#{account_id}"


def _start_of(account_id: str, cursor: str, *, unread: bool) -> tuple[dict[str, dict[str, str]], int]:
    """The key after which a page starts, in the caller's own partition, and the count of the first page.

    Raises InvalidFields.
    """
    place, count = read_cursor(cursor, tuple[KeyPart, Count])
    start = {"pk": {"S": account_key(account_id)}, "sk": {"S": f"{NOTICE}{place}"}}
    if unread:
        start |= {"timeline_key": {"S": _unread_key(account_id)}, "timeline_at": {"S": place}}
    return start, count


def _stored(item: NoticeItem) -> StoredNotice:
    place = item.sk.removeprefix(NOTICE)
    return StoredNotice(
        id=public_id(place),
        kind=item.kind,
        subject=item.subject,
        text=item.text,
        at=parse_rfc3339(item.at),
        served_at=parse_rfc3339(item.served_at),
        mailed_at=parse_rfc3339(item.sent_at) if item.sent_at else None,
        read_at=parse_rfc3339(item.read_at) if item.read_at else None,
        mail_failure=Failure(item.mail_failure) if item.mail_failure else None,
    )
