"""Counters of clients' requests."""

from __future__ import annotations

from typing import Protocol

from allmytracks.foundation.throttling.rules import Window


class ClientCounters(Protocol):
    """One counter for each window, shared by all processes."""

    def take(self, window: Window, requests: int) -> int | None:
        """Counts `requests` more and returns the new count; None, and nothing counted, where that exceeds the limit.

        Atomic: of concurrent callers exactly as many succeed as the limit allows. Raises Unavailable; then it may have
        been counted or not.
        """
        ...

    def give_back(self, window: Window) -> None:
        """Decrements the count, never below zero. Raises Unavailable."""
        ...
