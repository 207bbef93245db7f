"""The catalogue and the search over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from allmytracks.catalogue.rules import (
    Holder,
    Listing,
    Origin,
    Rendition,
    Track,
    TrackChanges,
)
from allmytracks.catalogue.rules_search import Found, Reindexing, TrackQuery
from allmytracks.foundation.paging import Page


class Tracks(Protocol):
    """The tracks by their ids."""

    def get(self, track_id: str) -> Track:
        """The track. Raises TrackNotFound."""
        ...

    def add(self, track: Track, origin: Origin) -> bool:
        """Adds a track and binds its checksums to it, atomically; False where the track exists already.

        Raises DuplicateTrack where another track holds one of the checksums.
        """
        ...

    def edit(self, track_id: str, changes: TrackChanges) -> Track:
        """Changes these fields alone; returns the changed track. Raises TrackNotFound."""
        ...

    def withdraw(self, track_id: str, at: datetime) -> Track:
        """Marks it as withdrawn; idempotent, the first instant is kept. Raises TrackNotFound."""
        ...

    def restore(self, track_id: str) -> Track:
        """Undoes a withdrawal, if there is one. Raises TrackNotFound."""
        ...

    def several(self, track_ids: Sequence[str]) -> dict[str, Track]:
        """Those of the tracks that exist, withdrawn ones among them, by their ids."""
        ...

    def holders(self, checksums: Sequence[str]) -> dict[str, Holder]:
        """Those of the checksums that belong to a track, with the track."""
        ...

    def request_rebuild(self, at: datetime) -> None:
        """Writes down that the search index is to be rebuilt; its writer sees it as a change of the catalogue."""
        ...

    def all(self) -> Iterator[Track]:
        """Every track, in no particular order."""
        ...

    def page(self, *, limit: int, cursor: str | None) -> Page[Track]:
        """Some of all tracks, in no particular order. Raises InvalidFields (cursor)."""
        ...


class TrackSearch(Protocol):
    """Finds tracks; may lag behind the catalogue by some seconds."""

    def find(self, query: TrackQuery) -> Found:
        """One page of matches. Raises InvalidFields (cursor), Unavailable."""
        ...

    def similar(self, track_id: str, limit: int) -> list[Listing]:
        """Tracks that sound alike, the most alike first. Raises TrackNotFound, Unavailable."""
        ...

    def listings(self, track_ids: Sequence[str]) -> dict[str, Listing]:
        """Those of the tracks that can be found, by their ids. Raises Unavailable."""
        ...

    def explain(self, query: TrackQuery, track_id: str) -> Mapping[str, object] | None:
        """How the track's rank came about, in the engine's words; None where the query does not find it."""
        ...


class SearchIndex(Protocol):
    """The index that the search reads."""

    def update(self, tracks: Tracks, track_ids: Sequence[str]) -> int:
        """Brings the index up to date with these tracks of the catalogue, the first time with all; returns how many it
        holds.

        Raises Unavailable. Idempotent. With concurrent writers each track ends as it was when the last of them read it.
        """
        ...

    def rebuild(self, tracks: Tracks) -> int:
        """Rebuilds the index from the whole catalogue; returns how many tracks it holds. Raises Unavailable.

        What others write meanwhile is not lost.
        """
        ...


class ReindexableIndex(Protocol):
    """An index that can be built again in steps, beside the one that searches read."""

    def reindex(self, tracks: Tracks) -> Reindexing:
        """Takes the next step, of at most some seconds; goes on where the last step of any caller ended.

        The last one puts the new index in force at once. Idempotent. Raises Unavailable.
        """
        ...


class Upload(Struct, frozen=True):
    """How to upload one file: PUT its bytes to `url` with exactly these headers before `expires_at`."""

    format: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


class Masters(Protocol):
    """The audio files of the tracks."""

    def upload(self, rendition: Rendition, now: datetime) -> Upload:
        """A short-lived signed upload of exactly this file: its key, type and SHA-256 are part of the signature."""
        ...

    def read(self, rendition: Rendition) -> bytes:
        """The file whole; for small ones. Raises RenditionNotFound, Unavailable."""
        ...

    def holds(self, rendition: Rendition) -> bool:
        """Whether the file is there and complete. Raises Unavailable."""
        ...
