"""The memberships of an account."""

from __future__ import annotations

from typing import Protocol

from allmytracks.memberships.rules import Period


class Memberships(Protocol):
    """What was last folded of an account's payments."""

    def periods(self, account_id: str) -> tuple[Period, ...]:
        """The account's periods, one after the other."""
        ...
