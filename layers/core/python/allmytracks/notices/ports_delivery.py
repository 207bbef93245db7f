"""The port of addresses that mail does not reach."""

from __future__ import annotations

from typing import Protocol

from allmytracks.foundation.paging import Page
from allmytracks.notices.rules_delivery import MailFailure


class MailFailures(Protocol):
    """One failure for each account at most, the latest one."""

    def record(self, failure: MailFailure) -> None:
        """Records a failure, and that its notice reached the inbox alone. Idempotent; an older one changes nothing,
        and nothing is stored of an account that is closed by now.
        """
        ...

    def get(self, account_id: str) -> MailFailure | None:
        """The failure on record; None where mail goes to the account."""
        ...

    def remove(self, account_id: str) -> None:
        """Lets mail go to the account again, until a later failure. Idempotent."""
        ...

    def page(self, *, limit: int, cursor: str | None) -> Page[MailFailure]:
        """All of them, the latest first. Raises InvalidFields (cursor)."""
        ...
