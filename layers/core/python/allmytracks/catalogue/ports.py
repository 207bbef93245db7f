"""The catalogue and the search over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from allmytracks.catalogue.rules import (
    Holder,
    Listing,
    Origin,
    Rendition,
    Track,
    TrackChanges,
)
from allmytracks.catalogue.rules_search import TrackQuery
from allmytracks.foundation.paging import Page


class Tracks(Protocol):
    """The tracks by their ids."""

    def get(self, track_id: str) -> Track:
        """The track. Raises TrackNotFound."""
        ...

    def add(self, track: Track, origin: Origin) -> bool:
        """Adds a track and binds its checksums to it, all or nothing; False where it was there already.

        Raises DuplicateTrack where another track holds one of the checksums.
        """
        ...

    def edit(self, track_id: str, changes: TrackChanges) -> Track:
        """Changes these fields alone; returns the changed track. Raises TrackNotFound."""
        ...

    def withdraw(self, track_id: str, at: datetime) -> Track:
        """Marks it as withdrawn; of two instants the first stays. Raises TrackNotFound."""
        ...

    def restore(self, track_id: str) -> Track:
        """Takes a withdrawal back, where there is one. Raises TrackNotFound."""
        ...

    def holders(self, checksums: Sequence[str]) -> dict[str, Holder]:
        """Which of these checksums belong to a track, and to which."""
        ...

    def all(self) -> Iterator[Track]:
        """Every track, in no particular order."""
        ...

    def page(self, *, limit: int, cursor: str | None) -> Page[Track]:
        """Some of all tracks, in no particular order. Raises InvalidFields where the cursor is none of ours."""
        ...


class TrackSearch(Protocol):
    """Finds tracks; may lag behind the catalogue by some seconds."""

    def find(self, query: TrackQuery) -> Page[Listing]:
        """One page of what fits. Raises InvalidFields where the cursor is none of ours, Unavailable."""
        ...


class SearchIndex(Protocol):
    """What the search reads."""

    def rebuild(self, tracks: Tracks) -> int:
        """Makes the index anew from the whole catalogue; returns how many tracks it holds. Raises Unavailable.

        With concurrent rebuilds, the final index was read after each of them had begun.
        """
        ...


@dataclass(frozen=True, slots=True)
class Upload:
    """How to put one file: PUT its bytes to `url` with exactly these headers before `expires_at`."""

    format: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


class Masters(Protocol):
    """The audio files of the tracks."""

    def upload(self, rendition: Rendition, now: datetime) -> Upload:
        """A short-lived permission to put exactly this file: its key, type and SHA-256 are part of the signature."""
        ...

    def holds(self, rendition: Rendition) -> bool:
        """Whether the file is there, whole. Raises Unavailable."""
        ...
