"""Tickets, and the files that come with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from allmytracks.foundation.paging import Page
from allmytracks.tickets.rules import Ticket, TicketStatus
from allmytracks.tickets.rules_attachments import Attachment


class Tickets(Protocol):
    """All tickets, by number, by account, and by when a response is due."""

    def add(self, ticket: Ticket) -> Ticket:
        """Stores a new ticket; where one of this number is stored, returns that and changes nothing.

        The result is `ticket` itself where it is new.
        """
        ...

    def get(self, number: str) -> Ticket:
        """The ticket. Raises TicketNotFound."""
        ...

    def replace(self, ticket: Ticket) -> bool:
        """Stores a later revision; False where another was stored since `ticket.revision` was read."""
        ...

    def of_member(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Ticket]:
        """The tickets that a member opened, newest first. Raises InvalidFields (cursor)."""
        ...

    def all_of(self, account_id: str) -> Sequence[Ticket]:
        """Every ticket that an account's member opened or that is about the account."""
        ...

    def page(
        self, status: TicketStatus, *, limit: int, cursor: str | None, due: tuple[datetime, datetime] | None = None
    ) -> Page[Ticket]:
        """Tickets of one status: `open` ones by when they are due, others by when they changed, the earliest first.

        `due`: from the one instant up to, not including, the other. A change may show a moment later. Raises
        InvalidFields (cursor).
        """
        ...

    def overdue(self, now: datetime) -> int:
        """How many tickets wait for a response that was due."""
        ...


class Upload(Struct, frozen=True):
    """Where a file is put by HTTP PUT, with which headers, until when."""

    attachment: Attachment
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


class AttachmentFiles(Protocol):
    """The store of attached files."""

    def upload(self, key: str, attachment: Attachment, now: datetime) -> Upload:
        """A short-lived permission to put exactly this file: its size, type and SHA-256 are bound."""
        ...

    def content(self, key: str, most: int) -> bytes | None:
        """What arrived, at most so many bytes and one more; None where nothing did. Raises Unavailable."""
        ...
