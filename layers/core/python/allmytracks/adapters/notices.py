"""Notices in the accounts table, and the same in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.models import Model

from allmytracks.adapters.accounts import account_key
from allmytracks.adapters.dynamodb import Table, bind, is_condition_failure, translated
from allmytracks.domain.instants import rfc3339
from allmytracks.ports.payments import Notice

TAKEN, RELEASED, SENT = "taken", "released", "sent"


class NoticeItem(Model):
    """One notice. What stays `taken` without `sent_at` was lost between the claim and the post's answer."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    subject = UnicodeAttribute()
    text = UnicodeAttribute()
    state = UnicodeAttribute(default=TAKEN)
    sent_at = UnicodeAttribute(null=True)


class DynamoNotices:
    """Notices in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(NoticeItem, table)

    def claim(self, notice: Notice) -> bool:
        free = self._items.pk.does_not_exist() | (self._items.state == RELEASED)
        with translated():
            try:
                self._item(notice).save(condition=free)
            except PutError as error:
                if not is_condition_failure(error):
                    raise
                return False
        return True

    def release(self, notice: Notice) -> None:
        with translated():
            self._item(notice).update(actions=[self._items.state.set(RELEASED)], condition=self._items.pk.exists())

    def mark_sent(self, notice: Notice, sent_at: datetime) -> None:
        with translated():
            self._item(notice).update(
                actions=[self._items.state.set(SENT), self._items.sent_at.set(rfc3339(sent_at))],
                condition=self._items.pk.exists(),
            )

    def _item(self, notice: Notice) -> NoticeItem:
        sk = f"NOTICE#{rfc3339(notice.at)}#{notice.id}"
        return self._items(account_key(notice.account_id), sk, subject=notice.subject, text=notice.text)


@dataclass
class MemoryNotices:
    """Notices in memory, each with when it was sent."""

    stored: dict[tuple[str, str, datetime], datetime | None] = field(default_factory=dict)

    def claim(self, notice: Notice) -> bool:
        if self._key(notice) in self.stored:
            return False
        self.stored[self._key(notice)] = None
        return True

    def release(self, notice: Notice) -> None:
        self.stored.pop(self._key(notice), None)

    def mark_sent(self, notice: Notice, sent_at: datetime) -> None:
        self.stored[self._key(notice)] = sent_at

    @staticmethod
    def _key(notice: Notice) -> tuple[str, str, datetime]:
        return (notice.account_id, notice.id, notice.at)
