"""Request and response bodies of recordings (api.md, "Device cloud storage")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import unquote_plus

import msgspec

from allmytracks.foundation.http.reading import by_rule
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.links import Link
from allmytracks.foundation.paging import Page
from allmytracks.storage.ports_recordings import Put
from allmytracks.storage.rules_recordings import (
    Announcement,
    Piece,
    RecordingStatus,
    recording_key,
)
from allmytracks.storage.use_cases.announce_recording import Announced
from allmytracks.storage.use_cases.keep_recordings import Listed

CheckedText = Annotated[str, by_rule("storage.rules_recordings", "check_text")]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class PieceForm(msgspec.Struct):
    """A part of a long recording, from 5 MiB on (the last may be smaller); `sha256` in hexadecimal."""

    bytes: Annotated[int, msgspec.Meta(ge=1)]
    sha256: CheckedText


class RecordingForm(msgspec.Struct):
    """A recording to come; `sha256` in hexadecimal. One of more than 100 MB is sent in parts.

    Of a recording in parts, `sha256` is that of the parts' digests (32 bytes each) one after another.
    """

    started_at: Instant
    duration_seconds: int
    media_type: CheckedText
    bytes: Annotated[int, msgspec.Meta(ge=1)]
    sha256: CheckedText
    parts: Annotated[list[PieceForm], msgspec.Meta(max_length=1000)] = []

    def announcement(self) -> Announcement:
        """What is announced."""
        parts = tuple(Piece(each.bytes, each.sha256) for each in self.parts)
        return Announcement(self.started_at, self.duration_seconds, self.media_type, self.bytes, self.sha256, parts)


class PutAnswer(msgspec.Struct):
    """A request to send with exactly these headers: PUT, or POST to complete."""

    url: str
    headers: Mapping[str, str]


class AnnouncedAnswer(msgspec.Struct):
    """How to upload the recording until `expires_at`: `upload` at once, or `parts` and then `completion`.

    Nothing is to be uploaded where `status` is `kept`.
    """

    recording_id: str
    status: RecordingStatus
    upload: PutAnswer | None
    parts: list[PutAnswer]
    completion: PutAnswer | None
    expires_at: str | None


class RecordingsQuery(msgspec.Struct, rename={"since": "from", "until": "to"}):
    """Recordings that started from `from` on and before `to`; without them all that are kept."""

    since: Instant | None = None
    until: Instant | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class RecordingAnswer(msgspec.Struct):
    """A recording, and until when it is kept as things are now."""

    recording_id: str
    started_at: str
    duration_seconds: int
    media_type: str
    bytes: int
    status: RecordingStatus
    kept_until: str


class RecordingsAnswer(msgspec.Struct):
    """A page of recordings, the earliest first."""

    items: list[RecordingAnswer]
    next_cursor: str | None


class RecordingLinkAnswer(msgspec.Struct):
    """A short-lived link to the recording; it takes range requests."""

    url: str
    url_expires_at: str


class FileArrived(msgspec.Struct):
    """S3's notification of files that arrived, as far as it is needed; its test of the queue has no records."""

    Records: list[dict[str, Any]] = []

    def recordings(self) -> list[tuple[str, str]]:
        """The accounts and recordings that files arrived for."""
        found = []
        for each in self.Records:
            # Keys are encoded as in a query string.
            parts = unquote_plus(str(each["s3"]["object"]["key"])).split("/")
            if len(parts) == 3 and recording_key(*parts[1:]) == "/".join(parts):
                found.append((parts[1], parts[2]))
        return found


def announced_answer(announced: Announced) -> AnnouncedAnswer:
    """A recording to come, with its links."""
    recording, uploads = announced.recording, announced.uploads
    is_kept = recording.status is RecordingStatus.KEPT
    return AnnouncedAnswer(
        recording.id,
        recording.status,
        _put(uploads.whole),
        [PutAnswer(each.url, each.headers) for each in uploads.parts],
        _put(uploads.completion),
        None if is_kept else rfc3339(recording.upload_until),
    )


def _put(put: Put | None) -> PutAnswer | None:
    return None if put is None else PutAnswer(put.url, put.headers)


def recordings_answer(page: Page[Listed]) -> RecordingsAnswer:
    """A page of recordings as their member sees them."""
    return RecordingsAnswer([_recording(each) for each in page.items], page.next_cursor)


def _recording(listed: Listed) -> RecordingAnswer:
    recording = listed.recording
    return RecordingAnswer(
        recording.id,
        rfc3339(recording.started_at),
        recording.duration_seconds,
        recording.media_type,
        recording.size,
        recording.status,
        rfc3339(listed.kept_until),
    )


def recording_link_answer(link: Link) -> RecordingLinkAnswer:
    """A link to a recording."""
    return RecordingLinkAnswer(link.url, rfc3339(link.expires_at))
