"""Ports of notices."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from allmytracks.foundation.paging import Page
from allmytracks.notices.rules import Notice, StoredNotice


class Notices(Protocol):
    """The notices of accounts."""

    def claim(self, notice: Notice, now: datetime) -> bool:
        """Puts a notice into the inbox, unread, and claims it for sending by mail.

        False where it was sent before, or mail to the account fails: then the inbox alone serves. False also where the
        account is closed by now: it gets no notice, and its erased inbox stays empty.
        A claim that was neither sent nor released within minutes expires, and can be taken again; the inbox has the
        notice once. Raises Unavailable while another worker may still be sending it.
        """
        ...

    def release(self, notice: Notice) -> None:
        """Releases the claim of a notice that could not be sent; it stays in the inbox."""
        ...

    def mark_sent(self, notice: Notice, sent_at: datetime) -> None:
        """Records when it was sent."""
        ...


class InboxPage(Struct, frozen=True):
    """One page of an inbox, and how many notices of it were unread when its first page was read."""

    page: Page[StoredNotice]
    unread_count: int


class Inbox(Protocol):
    """A member's inbox of notices."""

    def page(self, account_id: str, *, unread: bool, limit: int, cursor: str | None) -> InboxPage:
        """Newest first, by one query whatever the history; with `unread` only unread ones.

        Raises InvalidFields (cursor).
        """
        ...

    def mark_read(self, account_id: str, notice_id: str, at: datetime) -> None:
        """Records when a notice was first read. Idempotent. Raises NoticeNotFound."""
        ...
