"""Tracks of the library and their renditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from allmytracks.domain.errors import NotFound


class TrackKind(StrEnum):
    """What kind of sound a track is."""

    MUSIC = "music"
    SOUND_EFFECT = "sound_effect"


class TrackNotFound(NotFound):
    """The catalogue has no such track."""

    code = "track_not_found"


class RenditionNotFound(NotFound):
    """The track exists, but not in this form."""

    code = "rendition_not_found"


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file of a track. `format` is `wav`, `mp3` or `preview`; `key` is the object's key in the masters bucket."""

    format: str
    key: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Track:
    """One piece of music or sound effect."""

    id: str
    title: str
    artist: str
    kind: TrackKind
    genres: tuple[str, ...]
    moods: tuple[str, ...]
    instruments: tuple[str, ...]
    bpm: int | None
    key: str | None
    duration_seconds: float
    renditions: tuple[Rendition, ...]
    added_at: datetime

    def rendition(self, form: str) -> Rendition:
        """The file of this form. Raises RenditionNotFound."""
        for rendition in self.renditions:
            if rendition.format == form:
                return rendition
        have = [rendition.format for rendition in self.renditions]
        raise RenditionNotFound(f"This track has no {form} rendition.", renditions=have)
