"""Tracks of the library and their renditions."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.documents.rules_text import unprintable_problem
from allmytracks.foundation.errors import (
    Conflict,
    FieldProblem,
    Invalid,
    InvalidFields,
    NotFound,
)

# Renditions by name: the extension and the media type of each.
RENDITIONS = {"wav": ("wav", "audio/wav"), "mp3": ("mp3", "audio/mpeg"), "preview": ("mp3", "audio/mpeg")}
PREVIEW = "preview"
# Files beside a track that are shown and never sold, likewise.
WAVEFORM = "waveform"
COMPANIONS = {WAVEFORM: ("json", "application/json"), "artwork": ("jpg", "image/jpeg")}
# An estimated tempo or key is shown and searched from this confidence on; on the generated clicks and chords of
# tests/operators/test_estimates.py no wrong one reaches it, and every right one does.
SURE = 0.7
FEATURES = 16
LONGEST_TEXT = 300
_BITS_256 = re.compile(r"[0-9a-f]{64}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)  # BCP 47, the language in small letters
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}", re.ASCII)  # ISO 3901, without hyphens


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


class DuplicateTrack(Conflict):
    """The catalogue has the same file already, as (part of) another track."""

    code = "duplicate_track"


class RenditionNotUploaded(Invalid):
    """The track's files are not all uploaded completely."""

    code = "rendition_not_uploaded"


class Rendition(Struct, frozen=True):
    """One file of a track. `format` is `wav`, `mp3` or `preview`; `key` is the object's key in the masters bucket."""

    format: str
    key: str
    media_type: str
    size: int
    sha256: str


class Track(Struct, frozen=True):
    """One piece of music or sound effect.

    Letters state `composer` (and author), `isrc` and `performing_rights` (`none`, or the societies) where known.
    `bpm_confidence` and `key_confidence` (0 to 1) are of an estimate; None where a tag or an operator says it.
    `loudness_lufs` is integrated (EBU R 128); `features` describes the sound, to find similar ones; `signature` is 256
    bits (hexadecimal) that differ little between files of one recording; `companions` are the files shown beside it.
    `uses` is about how often it was downloaded, as far as the search ranks by it.
    """

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
    withdrawn_at: datetime | None = None
    composer: str | None = None
    isrc: str | None = None
    performing_rights: str | None = None
    bpm_confidence: float | None = None
    key_confidence: float | None = None
    loudness_lufs: float | None = None
    lyrics_language: str | None = None
    explicit: bool | None = None
    features: tuple[float, ...] = ()
    signature: str | None = None
    companions: tuple[Rendition, ...] = ()
    uses: int = 0

    @property
    def shown_bpm(self) -> int | None:
        """Its tempo where that is known or surely estimated."""
        return self.bpm if _is_sure(self.bpm_confidence) else None

    @property
    def shown_key(self) -> str | None:
        """Its musical key, likewise."""
        return self.key if _is_sure(self.key_confidence) else None

    def companion(self, form: str) -> Rendition:
        """The file of this form that is shown beside it. Raises RenditionNotFound."""
        for companion in self.companions:
            if companion.format == form:
                return companion
        raise RenditionNotFound(f"This track has no {form}.")

    def require_on_sale(self) -> None:
        """Raises TrackNotFound where it was withdrawn: it is neither shown nor sold; its licences stay valid."""
        if self.withdrawn_at is not None:
            raise TrackNotFound("This track was withdrawn; it is no longer available.")

    def rendition(self, form: str) -> Rendition:
        """The file of this form. Raises RenditionNotFound."""
        for rendition in self.renditions:
            if rendition.format == form:
                return rendition
        have = [rendition.format for rendition in self.renditions]
        raise RenditionNotFound(f"This track has no {form} rendition.", renditions=have)


class TrackChanges(Struct, frozen=True):
    """An operator's changes of a track, by field name; other fields stay."""

    values: Mapping[str, str | int | float | TrackKind | tuple[str, ...] | tuple[float, ...] | None]

    def of(self, track: Track) -> Track:
        """The track with the changes. Raises InvalidFields where it could not be shown or sold."""
        changed = replace(track, **self.values)
        check_track(changed)
        return changed


class Listing(Struct, frozen=True):
    """A track as lists show it: of its renditions only their forms, so that the search index stays small."""

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
    renditions: tuple[str, ...]
    added_at: datetime


def listing_of(track: Track) -> Listing:
    """The track as lists show it."""
    return Listing(
        id=track.id,
        title=track.title,
        artist=track.artist,
        kind=track.kind,
        genres=track.genres,
        moods=track.moods,
        instruments=track.instruments,
        bpm=track.shown_bpm,
        key=track.shown_key,
        duration_seconds=track.duration_seconds,
        renditions=tuple(rendition.format for rendition in track.renditions),
        added_at=track.added_at,
    )


class Origin(Struct, frozen=True):
    """Where a track came from: the import, the file's path in it, and the SHA-256 of each of its files.

    A checksum belongs to one track permanently, so that the same file never becomes two tracks.
    """

    import_id: str
    path: str
    checksums: tuple[str, ...]


class Holder(Struct, frozen=True):
    """The track that holds a checksum, and the file that it came from."""

    track_id: str
    import_id: str
    path: str


def track_id_for(checksum: str) -> str:
    """The id of the track made from the file with this SHA-256; deterministic, so that an import can resume."""
    digest = base64.b32encode(bytes.fromhex(checksum)).decode("ascii").lower()
    return f"trk_{digest[:26]}"


def rendition_of(track_id: str, form: str, size: int, sha256: str) -> Rendition:
    """One file of a track with its key in the masters bucket. Raises InvalidFields."""
    known_forms = RENDITIONS | COMPANIONS
    if form not in known_forms:
        known = ", ".join(known_forms)
        raise InvalidFields([FieldProblem("renditions", "unknown_format", f"Renditions are {known}; {form} is none.")])
    if size <= 0:
        raise InvalidFields([FieldProblem("renditions", "empty", f"The {form} file is empty.")])
    check_checksums("renditions", [sha256])
    extension, media_type = known_forms[form]
    return Rendition(form, f"tracks/{track_id}/{form}.{extension}", media_type, size, sha256)


def _is_sure(confidence: float | None) -> bool:
    return confidence is None or confidence >= SURE


def check_checksums(field: str, checksums: Sequence[str]) -> None:
    """Raises InvalidFields where one is no SHA-256 in lower-case hexadecimal digits."""
    if not all(_BITS_256.fullmatch(checksum) for checksum in checksums):
        raise InvalidFields(
            [FieldProblem(field, "invalid_checksum", "A checksum is 64 lower-case hexadecimal digits.")]
        )


def isrc_of(text: str | None) -> str | None:
    """An ISRC as it is stored: capitals, without hyphens and spaces. None where nothing is left."""
    return re.sub(r"[\s-]", "", text or "").upper() or None


def check_track(track: Track) -> None:
    """Checks that a track can be shown and sold. Raises InvalidFields naming every field."""
    problems = [
        FieldProblem(name, "required", f"Give the track's {name}.")
        for name, text in (("title", track.title), ("artist", track.artist))
        if not text.strip()
    ]
    # Licences name the track.
    stated = {each: getattr(track, each) or "" for each in ("title", "artist", "composer", "performing_rights")}
    found = (unprintable_problem(name, text) for name, text in stated.items())
    problems += [each for each in found if each is not None]
    if track.isrc is not None and not _ISRC.fullmatch(track.isrc):
        problems.append(FieldProblem("isrc", "invalid", "An ISRC is 12 signs, as GBAYE6800011."))
    texts = (*stated.values(), track.key or "", *track.genres, *track.moods, *track.instruments)
    if any(len(text) > LONGEST_TEXT for text in texts):
        problems.append(FieldProblem("title", "too_long", f"Texts have at most {LONGEST_TEXT} characters."))
    if not 0 < track.duration_seconds < 24 * 3600:
        problems.append(FieldProblem("duration_seconds", "invalid", "A track lasts more than 0 and less than a day."))
    if track.bpm is not None and not 1 <= track.bpm <= 999:
        problems.append(FieldProblem("bpm", "invalid", "A tempo lies between 1 and 999."))
    problems += _problems_of_analysis(track)
    if not {each.format for each in track.renditions} & {"wav", "mp3"}:
        problems.append(FieldProblem("renditions", "required", "Give a wav or an mp3, or both."))
    if problems:
        raise InvalidFields(problems)


def _problems_of_analysis(track: Track) -> list[FieldProblem]:
    """What is wrong with that which was measured of a track, or said of its words."""
    problems = [
        FieldProblem(name, "invalid", "A confidence lies between 0 and 1.")
        for name in ("bpm_confidence", "key_confidence")
        if not 0 <= (getattr(track, name) or 0) <= 1
    ]
    if track.loudness_lufs is not None and not -100 <= track.loudness_lufs <= 20:
        problems.append(FieldProblem("loudness_lufs", "invalid", "A loudness lies between -100 and 20 LUFS."))
    if track.lyrics_language is not None and not _LANGUAGE.fullmatch(track.lyrics_language):
        problems.append(FieldProblem("lyrics_language", "invalid", "Give a language's code, as en, yue or zh-Hant."))
    if len(track.features) not in {0, FEATURES} or not all(-1 <= each <= 1 for each in track.features):
        problems.append(FieldProblem("features", "invalid", f"Features are {FEATURES} numbers from -1 to 1, or none."))
    if track.signature is not None and not _BITS_256.fullmatch(track.signature):
        problems.append(FieldProblem("signature", "invalid", "A signature is 64 lower-case hexadecimal digits."))
    return problems
