"""Tracks for tests of the catalogue."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from allmytracks.catalogue.rules import (
    Origin,
    Rendition,
    Track,
    TrackKind,
    rendition_of,
    track_id_for,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def sha(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def track(name: str, **changes: object) -> Track:
    """A track made from the file `name`."""
    track_id = track_id_for(sha(name))
    renditions: tuple[Rendition, ...] = tuple(
        rendition_of(track_id, form, 1000, sha(f"{name}.{form}")) for form in ("wav", "mp3", "preview")
    )
    plain = Track(
        id=track_id,
        title=name,
        artist="The Samples",
        kind=TrackKind.MUSIC,
        genres=("Ambient",),
        moods=("Calm",),
        instruments=("Piano",),
        bpm=90,
        key="C",
        duration_seconds=61.5,
        renditions=renditions,
        added_at=NOW,
    )
    return replace(plain, **changes)


def companion_of(name: str, form: str) -> Rendition:
    """A file that is shown beside `track(name)`."""
    return rendition_of(track_id_for(sha(name)), form, 1000, sha(f"{name}.{form}"))


def origin(name: str, import_id: str = "imp_1") -> Origin:
    """Where `track(name)` came from."""
    return Origin(import_id, f"{name}.wav", (sha(name), sha(f"{name}.wav"), sha(f"{name}.mp3")))


def later(minutes: int) -> datetime:
    """So many minutes after NOW."""
    return NOW + timedelta(minutes=minutes)
