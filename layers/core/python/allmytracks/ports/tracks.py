"""The catalogue."""

from __future__ import annotations

from typing import Protocol

from allmytracks.domain.tracks import Track


class Tracks(Protocol):
    """The tracks by their ids."""

    def get(self, track_id: str) -> Track:
        """The track. Raises TrackNotFound."""
        ...
