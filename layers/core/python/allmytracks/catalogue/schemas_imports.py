"""Request and response bodies of the operators' routes for imports, tracks and publications."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

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
    """One file of a track: `format` is wav, mp3 or preview."""

    format: str
    size: int
    sha256: str

    def to_offer(self) -> FileOffer:
        """The file as a domain object."""
        return FileOffer(self.format, self.size, self.sha256)


class UploadsForm(msgspec.Struct):
    """A track's files to be uploaded; `source` is the SHA-256 of the file that the track is made from."""

    source: str
    renditions: Annotated[list[FileForm], Meta(min_length=1, max_length=3)]


class UploadAnswer(msgspec.Struct):
    """PUT the file's bytes to `url` with these headers."""

    format: str
    url: str
    headers: dict[str, str]
    expires_at: str


class UploadsAnswer(msgspec.Struct):
    """The files that are not there yet."""

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
    renditions: Annotated[list[FileForm], Meta(min_length=1, max_length=3)]
    genres: Words = []
    moods: Words = []
    instruments: Words = []
    bpm: int | None = None
    key: str | None = None
    composer: str | None = None
    isrc: str | None = None
    performing_rights: str | None = None

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
            composer=one_line(self.composer or "") or None,
            isrc=isrc_of(self.isrc),
            performing_rights=one_line(self.performing_rights or "") or None,
        )

    def to_origin(self) -> Origin:
        """Where the track came from."""
        return Origin(self.import_id, self.path, tuple(self.checksums))


class TrackChangesForm(msgspec.Struct):
    """What to change of a track; what is left out stays, and null empties what may be empty."""

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

    def to_changes(self) -> TrackChanges:
        """The changes as a domain object: texts in one line, lists as tuples."""
        changes: dict[str, str | int | TrackKind | tuple[str, ...] | None] = {}
        for name in ("title", "artist"):
            text = getattr(self, name)
            if text is not UNSET:
                changes[name] = one_line(text)
        for name in ("genres", "moods", "instruments"):
            words = getattr(self, name)
            if words is not UNSET:
                changes[name] = tuple(words)
        for name in ("composer", "performing_rights"):
            text = getattr(self, name)
            if text is not UNSET:
                changes[name] = one_line(text or "") or None
        if self.isrc is not UNSET:
            changes["isrc"] = isrc_of(self.isrc)
        for name in ("kind", "bpm", "key"):
            value = getattr(self, name)
            if value is not UNSET:
                changes[name] = value
        return TrackChanges(changes)


class PageQuery(msgspec.Struct):
    """Which page of a list."""

    cursor: Annotated[str, Meta(max_length=300)] | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


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
