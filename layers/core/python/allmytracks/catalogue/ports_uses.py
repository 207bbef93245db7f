"""Counts of downloads by track."""

from __future__ import annotations

from typing import Protocol


class Uses(Protocol):
    """How often each track was downloaded, about: a batch of downloads that is delivered again counts again."""

    def add(self, track_id: str, downloads: int) -> int:
        """Counts so many more; returns how many there are now. Raises Unavailable."""
        ...

    def show(self, track_id: str, uses: int) -> None:
        """Writes the count to the track, for the search; without effect where there is no such track."""
        ...
