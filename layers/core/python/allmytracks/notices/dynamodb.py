"""Notices in the accounts table."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.models import Model

from allmytracks.accounts.dynamodb import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.ports import Notice

TAKEN, RELEASED, SENT = "taken", "released", "sent"
# Longer than the post can take for one mail (mail.py), shorter than a queue waits before it hands a message out again.
CLAIM_LIFETIME = timedelta(minutes=2)
BEING_SENT = "This notice is being sent by another worker."


class NoticeItem(Model):
    """One notice; `taken_at` in seconds since 1970."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    subject = UnicodeAttribute()
    text = UnicodeAttribute()
    state = UnicodeAttribute(default=TAKEN)
    taken_at = NumberAttribute(null=True)
    sent_at = UnicodeAttribute(null=True)


class DynamoNotices:
    """Notices in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(NoticeItem, table)

    def claim(self, notice: Notice, now: datetime) -> bool:
        model, item = self._items, self._item(notice)
        item.taken_at = now.timestamp()
        left = (model.state == TAKEN) & (model.taken_at <= (now - CLAIM_LIFETIME).timestamp())
        try:
            item.save(condition=model.pk.does_not_exist() | (model.state == RELEASED) | left)
        except PutError as error:
            if not is_condition_failure(error):
                raise
            if model.get(item.pk, item.sk, consistent_read=True).state != SENT:
                raise Unavailable(BEING_SENT) from None
            return False
        return True

    def release(self, notice: Notice) -> None:
        self._item(notice).update(actions=[self._items.state.set(RELEASED)], condition=self._items.pk.exists())

    def mark_sent(self, notice: Notice, sent_at: datetime) -> None:
        self._item(notice).update(
            actions=[self._items.state.set(SENT), self._items.sent_at.set(rfc3339(sent_at))],
            condition=self._items.pk.exists(),
        )

    def _item(self, notice: Notice) -> NoticeItem:
        sk = f"NOTICE#{rfc3339(notice.at)}#{notice.id}"
        return self._items(account_key(notice.account_id), sk, subject=notice.subject, text=notice.text)
