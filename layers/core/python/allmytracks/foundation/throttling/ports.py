"""Counting what clients do."""

from __future__ import annotations

from typing import Protocol

from allmytracks.foundation.throttling.rules import Window


class ClientCounters(Protocol):
    """One counter for each window, shared by all processes."""

    def take(self, window: Window, requests: int) -> int | None:
        """Counts `requests` more and answers the new count; None, and nothing is counted, if that were over the limit.

        Of any number of callers at once exactly as many succeed as the limit has room for. Raises Unavailable; then it
        may have been counted or not.
        """
        ...

    def give_back(self, window: Window) -> None:
        """Takes one off again, never below nothing. Raises Unavailable."""
        ...
