"""Tracks that members download."""

from __future__ import annotations

from allmytracks.catalogue.rules import Rendition, Track, TrackKind
from tests.factories.instants import PUBLISHED_AT


def track(track_id: str = "trk-1") -> Track:
    """A piece of music with wav, mp3 and preview."""
    renditions = tuple(
        Rendition(form, f"tracks/{track_id}/{form}.{form}", f"audio/{form}", 1000, form * 16)
        for form in ("wav", "mp3", "preview")
    )
    return Track(
        id=track_id,
        title=f"Title of {track_id}",
        artist="The Makers",
        kind=TrackKind.MUSIC,
        genres=("ambient",),
        moods=("calm",),
        instruments=("piano",),
        bpm=90,
        key="C",
        duration_seconds=12.5,
        renditions=renditions,
        added_at=PUBLISHED_AT,
    )
