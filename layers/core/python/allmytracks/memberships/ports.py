"""The memberships of an account."""

from __future__ import annotations

from typing import Protocol

from allmytracks.memberships.rules import Period


class Memberships(Protocol):
    """The memberships from the last fold of payments."""

    def periods(self, account_id: str) -> tuple[Period, ...]:
        """The account's periods, in order."""
        ...
