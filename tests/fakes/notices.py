"""In-memory fakes: notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec.structs import replace

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.notices.dynamodb import BEING_SENT, CLAIM_LIFETIME
from allmytracks.notices.ports import InboxPage
from allmytracks.notices.rules import Notice, StoredNotice, notice_not_found, place_of, public_id
from allmytracks.notices.rules_delivery import MailFailure


@dataclass
class MemoryNotices:
    """Notices in memory, each with when it was sent; `claimed` has when those were taken that were not sent yet.

    `inboxes` has what members read, by account and place; `settled` those that are not to be mailed;
    `closed` the accounts of which nothing is stored any more.
    """

    stored: dict[tuple[str, str, datetime], datetime | None] = field(default_factory=dict)
    claimed: dict[tuple[str, str, datetime], datetime] = field(default_factory=dict)
    inboxes: dict[str, dict[str, StoredNotice]] = field(default_factory=dict)
    failures: dict[str, MailFailure] = field(default_factory=dict)
    settled: set[tuple[str, str, datetime]] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    def claim(self, notice: Notice, now: datetime) -> bool:
        key = self._key(notice)
        if notice.account_id in self.closed:
            return False
        if self.stored.get(key) is not None or key in self.settled:
            return False
        if key in self.stored and self.claimed[key] > now - CLAIM_LIFETIME:
            raise Unavailable(BEING_SENT)
        place = notice.place
        kept = StoredNotice(
            public_id(place), notice.kind, notice.subject, notice.text, notice.at, now, mailed_at=None, read_at=None
        )
        self.inboxes.setdefault(notice.account_id, {}).setdefault(place, kept)
        if notice.account_id in self.failures:
            self.settled.add(key)
            return False
        self.stored[key], self.claimed[key] = None, now
        return True

    def release(self, notice: Notice) -> None:
        self.stored.pop(self._key(notice), None)

    def mark_sent(self, notice: Notice, sent_at: datetime) -> None:
        self.stored[self._key(notice)] = sent_at
        place = notice.place
        kept = self.inboxes[notice.account_id]
        kept[place] = replace(kept[place], mailed_at=sent_at)

    def page(self, account_id: str, *, unread: bool, limit: int, cursor: str | None) -> InboxPage:
        inbox = self.inboxes.get(account_id, {})
        count = sum(each.read_at is None for each in inbox.values())
        before = "~"
        if cursor:
            before, count = read_cursor(cursor, tuple[KeyPart, Annotated[int, msgspec.Meta(ge=0)]])
        places = [
            place
            for place in sorted(inbox, reverse=True)
            if place < before and not (unread and inbox[place].read_at is not None)
        ]
        shown = places[:limit]
        following = make_cursor(shown[-1], count) if len(places) > limit else None
        return InboxPage(Page([inbox[place] for place in shown], following), count)

    def mark_read(self, account_id: str, notice_id: str, at: datetime) -> None:
        inbox, place = self.inboxes.get(account_id, {}), place_of(notice_id)
        if place not in inbox:
            raise notice_not_found()
        if inbox[place].read_at is None:
            inbox[place] = replace(inbox[place], read_at=at)

    @staticmethod
    def _key(notice: Notice) -> tuple[str, str, datetime]:
        return (notice.account_id, notice.id, notice.at)


@dataclass
class MemoryMailFailures:
    """Failures of mail in memory, beside the notices that know of them."""

    notices: MemoryNotices = field(default_factory=MemoryNotices)
    latest: dict[str, datetime] = field(default_factory=dict)

    def record(self, failure: MailFailure) -> None:
        inbox = self.notices.inboxes.get(failure.account_id, {})
        for place, kept in inbox.items():
            if kept.id == failure.notice_id:
                inbox[place] = replace(kept, mail_failure=failure.failure)
        if failure.account_id in self.notices.closed:
            return
        if failure.account_id not in self.latest or self.latest[failure.account_id] < failure.at:
            self.notices.failures[failure.account_id] = failure
            self.latest[failure.account_id] = failure.at

    def get(self, account_id: str) -> MailFailure | None:
        return self.notices.failures.get(account_id)

    def remove(self, account_id: str) -> None:
        self.notices.failures.pop(account_id, None)

    def page(self, *, limit: int, cursor: str | None) -> Page[MailFailure]:
        def place(failure: MailFailure) -> str:
            return f"{rfc3339(failure.at)}#{failure.account_id}"

        before = read_cursor(cursor, tuple[KeyPart])[0] if cursor else "~"
        wanted = sorted((each for each in self.notices.failures.values() if place(each) < before), key=place)[::-1]
        shown = wanted[:limit]
        return Page(shown, make_cursor(place(shown[-1])) if len(wanted) > limit else None)
