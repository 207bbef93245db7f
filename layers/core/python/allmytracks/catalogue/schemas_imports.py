"""Request and response bodies of the operators' routes for imports, tracks and publications."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from allmytracks.catalogue.ports import Upload
from allmytracks.catalogue.rules import Holder, Origin, Track, TrackChanges, TrackKind, isrc_of
from allmytracks.catalogue.rules_imports import Import, Tally
from allmytracks.catalogue.use_cases.register_track import FileOffer
from allmytracks.documents.rules_text import one_line
from allmytracks.foundation.instants import rfc3339

Text = Annotated[str, Meta(min_length=1, max_length=500)]
Words = Annotated[list[Annotated[str, Meta(min_length=1, max_length=300)]], Meta(max_length=50)]


class ImportForm(msgspec.Struct):
    """An import to start or resume: the folder's label, and how many files it has."""

    label: Text
    files: Annotated[int, Meta(ge=0)]


class ProgressForm(msgspec.Struct):
    """The progress of an import; `reasons` by the refused file's name."""

    imported: Annotated[int, Meta(ge=0)]
    unchanged: Annotated[int, Meta(ge=0)]
    refused: Annotated[int, Meta(ge=0)]
    reasons: dict[str, Annotated[str, Meta(max_length=300)]] = {}
    finished: bool = False

    def to_tally(self) -> Tally:
        """The counts as a domain object."""
        return Tally(self.imported, self.unchanged, self.refused, self.reasons)


class ImportAnswer(msgspec.Struct):
    """An import in its current state."""

    import_id: str
    label: str
    status: str
    started_by: str
    started_at: str
    updated_at: str
    runs: int
    files: int
    imported: int
    unchanged: int
    refused: int
    reasons: dict[str, str]


class KnownForm(msgspec.Struct):
    """Checksums (SHA-256, hexadecimal) to ask the catalogue for."""

    checksums: list[str]


class HolderAnswer(msgspec.Struct):
    """The track that a checksum belongs to."""

    track_id: str
    import_id: str
    path: str


class KnownAnswer(msgspec.Struct):
    """Those of the checksums that belong to a track."""

    known: dict[str, HolderAnswer]


class FileForm(msgspec.Struct):
    """One file of a track: `format` is wav, mp3 or preview, or beside them waveform or artwork."""

    format: str
    size: int
    sha256: str

    def to_offer(self) -> FileOffer:
        """The file as a domain object."""
        return FileOffer(self.format, self.size, self.sha256)


Files = Annotated[list[FileForm], Meta(min_length=1, max_length=5)]


class UploadsForm(msgspec.Struct):
    """A track's files to be uploaded; `source` is the SHA-256 of the file that the track is made from."""

    source: str
    renditions: Files


class UploadAnswer(msgspec.Struct):
    """PUT the file's bytes to `url` with these headers."""

    format: str
    url: str
    headers: dict[str, str]
    expires_at: str


class UploadsAnswer(msgspec.Struct):
    """The files from the first that is not there yet; put them in this order."""

    uploads: list[UploadAnswer]


class TrackForm(msgspec.Struct):
    """A track whose files are uploaded; `checksums` of all its source files, the one that it is made from first."""

    import_id: str
    path: Annotated[str, Meta(min_length=1, max_length=1000)]
    checksums: Annotated[list[str], Meta(min_length=1, max_length=10)]
    title: str
    artist: str
    kind: TrackKind
    duration_seconds: float
    renditions: Files
    genres: Words = []
    moods: Words = []
    instruments: Words = []
    bpm: int | None = None
    key: str | None = None
    composer: str | None = None
    isrc: str | None = None
    performing_rights: str | None = None
    bpm_confidence: float | None = None
    key_confidence: float | None = None
    loudness_lufs: float | None = None
    lyrics_language: str | None = None
    explicit: bool | None = None
    features: list[float] = []
    signature: str | None = None

    def to_track(self) -> Track:
        """The track without what the use case itself adds."""
        return Track(
            id="",
            title=one_line(self.title),
            artist=one_line(self.artist),
            kind=self.kind,
            genres=tuple(self.genres),
            moods=tuple(self.moods),
            instruments=tuple(self.instruments),
            bpm=self.bpm,
            key=self.key,
            duration_seconds=self.duration_seconds,
            renditions=(),
            added_at=datetime.min,  # noqa: DTZ901 - replaced by the use case
            composer=_line(self.composer),
            isrc=isrc_of(self.isrc),
            performing_rights=_line(self.performing_rights),
            bpm_confidence=self.bpm_confidence,
            key_confidence=self.key_confidence,
            loudness_lufs=self.loudness_lufs,
            lyrics_language=_line(self.lyrics_language),
            explicit=self.explicit,
            features=tuple(self.features),
            signature=self.signature,
        )

    def to_origin(self) -> Origin:
        """Where the track came from."""
        return Origin(self.import_id, self.path, tuple(self.checksums))


def _line(text: str | None) -> str | None:
    return one_line(text or "") or None


# How what is given of a track is stored, where it is not stored as it is given.
_STORED: Mapping[str, Callable[..., Any]] = {
    **dict.fromkeys(("title", "artist"), one_line),
    **dict.fromkeys(("composer", "performing_rights", "lyrics_language"), _line),
    **dict.fromkeys(("genres", "moods", "instruments", "features"), tuple),
    "isrc": isrc_of,
}


class TrackChangesForm(msgspec.Struct):
    """What to change of a track; what is left out stays, and null empties what may be empty.

    A tempo or key given without its confidence is an operator's word, and searched for.
    """

    title: str | UnsetType = UNSET
    artist: str | UnsetType = UNSET
    kind: TrackKind | UnsetType = UNSET
    genres: Words | UnsetType = UNSET
    moods: Words | UnsetType = UNSET
    instruments: Words | UnsetType = UNSET
    bpm: int | UnsetType | None = UNSET
    key: str | UnsetType | None = UNSET
    composer: str | UnsetType | None = UNSET
    isrc: str | UnsetType | None = UNSET
    performing_rights: str | UnsetType | None = UNSET
    bpm_confidence: float | UnsetType | None = UNSET
    key_confidence: float | UnsetType | None = UNSET
    loudness_lufs: float | UnsetType | None = UNSET
    lyrics_language: str | UnsetType | None = UNSET
    explicit: bool | UnsetType | None = UNSET
    features: list[float] | UnsetType = UNSET
    signature: str | UnsetType = UNSET

    def to_changes(self) -> TrackChanges:
        """The changes as a domain object: texts in one line, lists as tuples."""
        given = {each: value for each in self.__struct_fields__ if (value := getattr(self, each)) is not UNSET}
        changes = {name: _STORED[name](value) if name in _STORED else value for name, value in given.items()}
        for name in ("bpm", "key"):
            if name in changes:
                changes.setdefault(f"{name}_confidence", None)
        return TrackChanges(changes)


class PublicationForm(msgspec.Struct):
    """One version of one kind (`plans`, `agreements`, `name-rules`, `fraud-rules`), in force from `effective_at`.

    With `dry_run` it is checked, and not published.
    """

    kind: Text
    version: Text
    effective_at: datetime
    body: dict[str, object]
    dry_run: bool = False


class PublicationsQuery(msgspec.Struct):
    """Which kind."""

    kind: Text


class PublishedVersion(msgspec.Struct):
    """One version, with its body."""

    version: str
    effective_at: str
    body: dict[str, object]


class PublicationsAnswer(msgspec.Struct):
    """Every version of a kind, oldest first."""

    kind: str
    items: list[PublishedVersion]


class PublicationAnswer(msgspec.Struct):
    """What is published now."""

    kind: str
    version: str
    effective_at: str


def import_answer(record: Import) -> ImportAnswer:
    """An import in its current state."""
    return ImportAnswer(
        import_id=record.id,
        label=record.label,
        status=record.status.value,
        started_by=record.started_by,
        started_at=rfc3339(record.started_at),
        updated_at=rfc3339(record.updated_at),
        runs=record.runs,
        files=record.files,
        imported=record.tally.imported,
        unchanged=record.tally.unchanged,
        refused=record.tally.refused,
        reasons=dict(record.tally.reasons or {}),
    )


def known_answer(holders: dict[str, Holder]) -> KnownAnswer:
    """Holders by checksum."""
    return KnownAnswer(
        {checksum: HolderAnswer(each.track_id, each.import_id, each.path) for checksum, each in holders.items()}
    )


def uploads_answer(uploads: list[Upload]) -> UploadsAnswer:
    """Where to upload which file."""
    return UploadsAnswer(
        [UploadAnswer(each.format, each.url, each.headers, rfc3339(each.expires_at)) for each in uploads]
    )
