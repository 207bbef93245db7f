"""Listening to a track before anything is bought."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import PREVIEW
from allmytracks.documents.rules_file_names import safe_file_name
from allmytracks.foundation.links import Link, LinkSigner
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class PreviewTrack:
    """A short-lived link to a track's preview. Raises TrackNotFound, RenditionNotFound."""

    tracks: Tracks
    links: LinkSigner
    clock: Clock

    def __call__(self, track_id: str) -> Link:
        track = self.tracks.get(track_id)
        track.require_on_sale()
        preview = track.rendition(PREVIEW)
        return self.links.sign(
            preview.key,
            safe_file_name(f"{track.title} (preview)", "mp3", "preview"),
            preview.media_type,
            self.clock.now(),
        )
