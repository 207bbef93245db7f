"""The port of mailings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from allmytracks.foundation.paging import Page
from allmytracks.notices.rules_mailings import Delivery, Mailing, MailingStatus


class Mailings(Protocol):
    """Mailings, the lists of their accounts, and what became of each."""

    def draft(self, mailing: Mailing) -> Mailing:
        """Stores a mailing. Idempotent: one on record stays as it is, and is returned."""
        ...

    def put_part(self, mailing_id: str, number: int, account_ids: Sequence[str]) -> None:
        """Stores a part of a draft's list of accounts. Idempotent. Raises MailingNotFound, MailingBegun."""
        ...

    def part(self, mailing_id: str, number: int) -> Sequence[str] | None:
        """A part of the list; None after the last one."""
        ...

    def get(self, mailing_id: str) -> Mailing:
        """Raises MailingNotFound."""
        ...

    def set_status(self, mailing_id: str, status: MailingStatus) -> Mailing:
        """Starts or stops a mailing; one that is done stays so. Raises MailingNotFound."""
        ...

    def page(self, status: MailingStatus, *, limit: int, cursor: str | None) -> Page[Mailing]:
        """The mailings of a status, newest first. Raises InvalidFields (cursor)."""
        ...

    def take(self, mailing_id: str, now: datetime, until: datetime) -> Mailing | None:
        """Leases a running mailing until then; None where it does not run, or another worker has it."""
        ...

    def advance(self, mailing: Mailing, cursor: str | None, reached: int, *, keep: bool) -> bool:
        """Records that the accounts up to `cursor` were dealt with (None: all, it is done).

        `keep` keeps the lease. False where another worker did so before.
        """
        ...

    def give_back(self, mailing_id: str) -> None:
        """Ends a lease."""
        ...

    def delivery(self, mailing_id: str, account_id: str) -> Delivery | None:
        """What became of it for one account."""
        ...

    def record(self, mailing_id: str, delivery: Delivery) -> None:
        """Records a delivery; the first one stays."""
        ...

    def deliveries(self, mailing_id: str, *, limit: int, cursor: str | None) -> Page[Delivery]:
        """All deliveries, by account. Raises InvalidFields (cursor)."""
        ...
