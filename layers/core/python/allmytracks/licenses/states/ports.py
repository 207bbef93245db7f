"""Where the status list is published."""

from __future__ import annotations

from typing import Protocol


class StatusLists(Protocol):
    """The one list that holds; a newer one takes its place."""

    def put(self, jws: str) -> None:
        """Publishes a signed list. Raises Unavailable."""
        ...

    def get(self) -> str:
        """The signed list that holds. Raises NoStatusList, Unavailable."""
        ...
