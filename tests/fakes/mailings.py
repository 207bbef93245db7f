"""In-memory fakes: mailings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor
from allmytracks.notices.dynamodb_mailings import BEGUN, not_found
from allmytracks.notices.rules_mailings import Delivery, Mailing, MailingBegun, MailingStatus


@dataclass
class MemoryMailings:
    """Mailings by id."""

    stored: dict[str, Mailing] = field(default_factory=dict)
    parts: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    leases: dict[str, datetime] = field(default_factory=dict)
    sent: dict[str, dict[str, Delivery]] = field(default_factory=dict)

    def draft(self, mailing: Mailing) -> Mailing:
        return self.stored.setdefault(mailing.id, mailing)

    def put_part(self, mailing_id: str, number: int, account_ids: Sequence[str]) -> None:
        if self.get(mailing_id).status is not MailingStatus.DRAFT:
            raise MailingBegun(BEGUN)
        self.parts[mailing_id, number] = list(account_ids)

    def part(self, mailing_id: str, number: int) -> Sequence[str] | None:
        return self.parts.get((mailing_id, number))

    def get(self, mailing_id: str) -> Mailing:
        if mailing_id not in self.stored:
            raise not_found()
        return self.stored[mailing_id]

    def set_status(self, mailing_id: str, status: MailingStatus) -> Mailing:
        known = self.get(mailing_id)
        if known.status is not MailingStatus.DONE:
            self.stored[mailing_id] = replace(known, status=status)
        return self.stored[mailing_id]

    def page(self, status: MailingStatus, *, limit: int, cursor: str | None) -> Page[Mailing]:
        def place(mailing: Mailing) -> str:
            return f"{rfc3339(mailing.created_at)}#{mailing.id}"

        before = read_cursor(cursor, tuple[KeyPart])[0] if cursor else "~"
        wanted = [each for each in self.stored.values() if each.status is status and place(each) < before]
        wanted.sort(key=place, reverse=True)
        shown = wanted[:limit]
        return Page(shown, make_cursor(place(shown[-1])) if len(wanted) > limit else None)

    def take(self, mailing_id: str, now: datetime, until: datetime) -> Mailing | None:
        known = self.stored.get(mailing_id)
        free = mailing_id not in self.leases or self.leases[mailing_id] <= now
        if known is None or known.status is not MailingStatus.RUNNING or not free:
            return None
        self.leases[mailing_id] = until
        return known

    def advance(self, mailing: Mailing, cursor: str | None, reached: int, *, keep: bool) -> bool:
        known = self.stored[mailing.id]
        if known.cursor != mailing.cursor or known.status is MailingStatus.DONE:
            return False
        status = MailingStatus.DONE if cursor is None else known.status
        self.stored[mailing.id] = replace(known, cursor=cursor, reached=known.reached + reached, status=status)
        if not keep:
            self.leases.pop(mailing.id, None)
        return True

    def give_back(self, mailing_id: str) -> None:
        self.leases.pop(mailing_id, None)

    def delivery(self, mailing_id: str, account_id: str) -> Delivery | None:
        return self.sent.get(mailing_id, {}).get(account_id)

    def record(self, mailing_id: str, delivery: Delivery) -> None:
        self.sent.setdefault(mailing_id, {}).setdefault(delivery.account_id, delivery)

    def deliveries(self, mailing_id: str, *, limit: int, cursor: str | None) -> Page[Delivery]:
        after = read_cursor(cursor, tuple[KeyPart])[0] if cursor else ""
        wanted = sorted((each for each in self.sent.get(mailing_id, {}).values()), key=lambda each: each.account_id)
        wanted = [each for each in wanted if each.account_id > after]
        shown = wanted[:limit]
        return Page(shown, make_cursor(shown[-1].account_id) if len(wanted) > limit else None)
