"""In-memory fakes: tickets."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from allmytracks.foundation.paging import Page, make_cursor, read_cursor
from allmytracks.tickets.dynamodb import NOT_FOUND
from allmytracks.tickets.ports import Upload
from allmytracks.tickets.rules import Ticket, TicketNotFound, TicketStatus
from allmytracks.tickets.rules_attachments import Attachment


@dataclass
class MemoryTickets:
    """Tickets in memory."""

    stored: dict[str, Ticket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, ticket: Ticket) -> Ticket:
        with self._lock:
            return self.stored.setdefault(ticket.number, ticket)

    def get(self, number: str) -> Ticket:
        if number not in self.stored:
            raise TicketNotFound(NOT_FOUND)
        return self.stored[number]

    def replace(self, ticket: Ticket) -> bool:
        later = replace(ticket, revision=ticket.revision + 1)
        with self._lock:
            known = self.stored.get(ticket.number)
            if known is None or (known.revision != ticket.revision and known != later):
                return False
            self.stored[ticket.number] = later
            return True

    def of_member(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Ticket]:
        own = [each for each in self.stored.values() if each.account_id == account_id]
        return _page(sorted(own, key=lambda each: (each.opened_at, each.number), reverse=True), limit, cursor)

    def all_of(self, account_id: str) -> Sequence[Ticket]:
        found = [each for each in self.stored.values() if each.account == account_id]
        return sorted(found, key=lambda each: (each.account_id is None, each.opened_at, each.number))

    def page(
        self, status: TicketStatus, *, limit: int, cursor: str | None, due: tuple[datetime, datetime] | None = None
    ) -> Page[Ticket]:
        found = sorted((_place(each), each.number) for each in self.stored.values() if each.status is status)
        (after,) = read_cursor(cursor, tuple[str]) if cursor else ("",)
        known = [number for _, number in found]
        later = found[known.index(after) + 1 :] if after in known else found
        between = [self.stored[number] for at, number in later if due is None or due[0] <= at < due[1]]
        shown = between[:limit]
        return Page(shown, make_cursor(shown[-1].number) if len(between) > limit else None)

    def overdue(self, now: datetime) -> int:
        return sum(each.is_overdue(now) for each in self.stored.values())


def _place(ticket: Ticket) -> datetime:
    return ticket.due_at if ticket.status is TicketStatus.OPEN else ticket.changed_at


def _page(tickets: Sequence[Ticket], limit: int, cursor: str | None) -> Page[Ticket]:
    start = read_cursor(cursor, tuple[int])[0] if cursor else 0
    more = len(tickets) > start + limit
    return Page(tickets[start : start + limit], make_cursor(start + limit) if more else None)


@dataclass
class MemoryAttachmentFiles:
    """Files in memory; tests put what arrives."""

    stored: dict[str, bytes] = field(default_factory=dict)

    def upload(self, key: str, attachment: Attachment, now: datetime) -> Upload:
        headers = {"Content-Type": attachment.media_type, "Content-Length": str(attachment.size)}
        return Upload(attachment, f"memory://{key}", headers, now + timedelta(minutes=15))

    def content(self, key: str, most: int) -> bytes | None:
        content = self.stored.get(key)
        return None if content is None else content[: most + 1]
