"""An operator brings a track: permission to upload its files, then the entry in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.catalogue.ports import Masters, Tracks, Upload
from allmytracks.catalogue.ports_imports import Imports
from allmytracks.catalogue.rules import (
    COMPANIONS,
    RENDITIONS,
    DuplicateTrack,
    Origin,
    Rendition,
    RenditionNotUploaded,
    Track,
    check_checksums,
    check_track,
    rendition_of,
    track_id_for,
)
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.time_and_ids import Clock


class FileOffer(Struct, frozen=True):
    """One file of a track that an operator has: `format`, size in bytes, SHA-256."""

    format: str
    size: int
    sha256: str


@dataclass(frozen=True)
class RegisterTrack:
    """A track's id follows from the SHA-256 of the file that it was made from, so every step can be repeated."""

    tracks: Tracks
    masters: Masters
    imports: Imports
    audit: Audit
    clock: Clock

    def uploads(self, import_id: str, source: str, offers: Sequence[FileOffer], operator: Operator) -> list[Upload]:
        """Where to put each file from the first that is not there yet.

        Raises ImportNotFound, InvalidFields, DuplicateTrack.
        """
        self.imports.get(import_id)
        check_checksums("source", [source])
        track_id = track_id_for(source)
        renditions = renditions_of(track_id, offers)
        # The track's own files are never overwritten: what was sold does not change. Many tracks may share a picture.
        sold = [offer.sha256 for offer in offers if offer.format not in COMPANIONS]
        held = self.tracks.holders([source, *sold])
        for holder in held.values():
            raise DuplicateTrack("The catalogue has this file already.", track_id=holder.track_id, path=holder.path)
        self.audit(operator, "upload_permitted", track_id)
        now = self.clock.now()
        return [self.masters.upload(each, now) for each in self._missing(renditions)]

    def _missing(self, renditions: Sequence[Rendition]) -> Sequence[Rendition]:
        """From the first that is not there: they are put in this order, so of a new track only one is asked for."""
        for place, each in enumerate(renditions):
            if not self.masters.holds(each):
                return renditions[place:]
        return []

    def __call__(
        self, track: Track, origin: Origin, offers: Sequence[FileOffer], operator: Operator
    ) -> tuple[Track, bool]:
        """Adds the track once its files are uploaded; the flag is False where the track existed already.

        The first of the origin's checksums is that of the file that the track was made from; the track's own `id`,
        `renditions` and `added_at` are set here. Raises ImportNotFound, InvalidFields, RenditionNotUploaded,
        DuplicateTrack.
        """
        self.imports.get(origin.import_id)
        check_checksums("checksums", origin.checksums)
        track_id = track_id_for(origin.checksums[0])
        files = renditions_of(track_id, offers)
        complete = replace(
            track,
            id=track_id,
            renditions=tuple(each for each in files if each.format in RENDITIONS),
            companions=tuple(each for each in files if each.format in COMPANIONS),
            added_at=self.clock.now(),
        )
        check_track(complete)
        missing = [each.format for each in files if not self.masters.holds(each)]
        if missing:
            raise RenditionNotUploaded(f"These files are not fully uploaded: {', '.join(missing)}.", renditions=missing)
        self.audit(operator, "track_registered", track_id)
        # Two different pieces can begin alike, so a preview identifies nothing.
        own = [each.sha256 for each in complete.renditions if each.format != "preview"]
        checksums = tuple(dict.fromkeys([*origin.checksums, *own]))
        added = self.tracks.add(complete, replace(origin, checksums=checksums))
        return (complete if added else self.tracks.get(track_id)), added


def renditions_of(track_id: str, offers: Sequence[FileOffer]) -> list[Rendition]:
    """The offered files with their keys in the masters bucket. Raises InvalidFields."""
    return [rendition_of(track_id, offer.format, offer.size, offer.sha256) for offer in offers]
