"""Counts of downloads by track."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class Counted(Struct, frozen=True):
    """How many downloads of a track there are now, and how many of them this call added."""

    uses: int
    added: int


class Uses(Protocol):
    """How often each track was downloaded."""

    def add(self, track_id: str, download_ids: Collection[str], now: datetime) -> Counted:
        """Counts those of the downloads that were not counted yet: a stream delivers at least once. Raises Unavailable.

        Idempotent for as long as a stream keeps its records.
        """
        ...

    def show(self, track_id: str, uses: int) -> None:
        """Writes the count to the track, for the search; without effect where there is no such track."""
        ...
