"""Where recordings and their files are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from allmytracks.foundation.paging import Page
from allmytracks.storage.rules_recordings import Piece, Recording, Usage


class Put(Struct, frozen=True):
    """A request by which a file, or a part of one, is uploaded: exactly these headers are signed."""

    url: str
    headers: Mapping[str, str]


class Uploads(Struct, frozen=True):
    """How a recording is uploaded: at once, or in parts and then completed by a POST."""

    whole: Put | None = None
    parts: tuple[Put, ...] = ()
    completion: Put | None = None


class Arrived(Struct, frozen=True):
    """A stored file: its size in bytes, its SHA-256 as S3 computed it (in hexadecimal), its version."""

    size: int
    sha256: str | None
    version: str


class Due(Struct, frozen=True):
    """What the sweep has to look at: a device, or an upload that was not made in time."""

    account_id: str
    device_id: str
    recording_id: str | None = None


class Recordings(Protocol):
    """Recordings by account, and what is held of each device. Every call raises Unavailable."""

    def announce(self, recording: Recording, most: int) -> Recording | None:
        """Stores a recording to come and counts it; the stored one where it is known already.

        None where the device then held more than `most` bytes.
        """
        ...

    def in_parts(self, recording: Recording) -> Recording:
        """Stores the id of an upload in parts where there is none yet; the recording as it is stored."""
        ...

    def get(self, account_id: str, recording_id: str) -> Recording:
        """The recording. Raises RecordingNotFound."""
        ...

    def page(
        self,
        account_id: str,
        device_id: str,
        since: datetime,
        until: datetime,
        *,
        limit: int,
        cursor: str | None = None,
    ) -> Page[Recording]:
        """Those that started from `since` to `until`, both included, the earliest first. Raises InvalidFields."""
        ...

    def keep(self, recording: Recording, version: str, look_at: datetime) -> bool:
        """Its file has arrived: it is kept, and the sweep looks at its device at that instant or earlier.

        False where it was kept already, or is no longer there.
        """
        ...

    def remove(self, recordings: Sequence[Recording]) -> None:
        """Removes up to 90 recordings of one device and counts them out; what is gone already is not counted twice."""
        ...

    def usage(self, account_id: str, device_id: str) -> Usage:
        """What is held of a device."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[Due]:
        """What the sweep has to look at now, the longest due first."""
        ...

    def look_at(self, account_id: str, device_id: str, at: datetime | None) -> None:
        """When the sweep looks at a device next; None for never."""
        ...


class RecordingFiles(Protocol):
    """The files of recordings. Every call raises Unavailable."""

    def upload(self, recording: Recording, parts: Sequence[Piece], now: datetime) -> Uploads:
        """How the file is uploaded until `upload_until`: size, type and SHA-256 are bound into each signature."""
        ...

    def begin_parts(self, recording: Recording) -> str:
        """The id of a new upload in parts."""
        ...

    def arrived(self, key: str) -> Arrived | None:
        """The file that is stored there; None where there is none."""
        ...

    def remove(self, files: Sequence[tuple[str, str | None]]) -> None:
        """Removes files for good, each by its key and version; what is gone already is no error."""
        ...

    def abort(self, key: str, upload_id: str) -> None:
        """Ends an upload in parts; one that is over is no error."""
        ...
