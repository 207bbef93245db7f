"""Where applications to close an account are kept."""

from __future__ import annotations

from typing import Protocol

from allmytracks.closing.rules import Closing
from allmytracks.foundation.paging import Page


class Closings(Protocol):
    """The latest application of each account."""

    def get(self, account_id: str) -> Closing | None:
        """What is on record, consistently read."""
        ...

    def apply(self, closing: Closing) -> Closing:
        """Keeps an application; where one waits or was approved, that one is answered and nothing changes."""
        ...

    def withdraw(self, account_id: str) -> bool:
        """Removes a pending application, if there is one; False where it was decided."""
        ...

    def decide(self, closing: Closing) -> bool:
        """Replaces an application that waits by its decision; False where none waits any more."""
        ...

    def begin(self, closing: Closing) -> None:
        """Keeps a closing that nobody applied for, in place of whatever is on record."""
        ...

    def waiting(self, *, limit: int, cursor: str | None) -> Page[Closing]:
        """Applications that wait, oldest first. Raises InvalidFields (cursor)."""
        ...
