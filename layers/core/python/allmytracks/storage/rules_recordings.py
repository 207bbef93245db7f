"""Recordings of devices: what is accepted, for how long each is kept, and how much of a device's (S-7.1, S-8.1).

A recording's age counts from its start. It is kept as many days as what covers its device now says, and no longer than
the device is covered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import (
    FieldProblem,
    FieldProblems,
    Forbidden,
    InvalidFields,
    NotFound,
    TooLarge,
)
from allmytracks.foundation.instants import rfc3339
from allmytracks.storage.rules_cover import CoverStatus, Facts, cover_at, retention_at
from allmytracks.storage.rules_packages import PackageList

MEDIA_TYPES = {
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "video/mp2t": "ts",
    "audio/mp4": "m4a",
}
# Bytes of what is put at once; what is longer goes in parts.
LARGEST_AT_ONCE = 100_000_000
LARGEST = 5_000_000_000
# S3 takes parts from five mebibytes on (the last may be smaller), and ten thousand of them; the links of a hundred fit
# into a response.
SMALLEST_PART = 5 * 1024 * 1024
MOST_PARTS = 100
LONGEST_SECONDS = 24 * 3600
# A camera's clock may be a little ahead.
AHEAD = timedelta(minutes=5)
UPLOAD_AT_ONCE, UPLOAD_IN_PARTS = timedelta(minutes=15), timedelta(hours=1)
GIBIBYTE = 1024**3
# Fair use of a device before packages were published.
UNPUBLISHED_GIBIBYTES = 20
_HEX = re.compile("[0-9a-f]{64}")


class RecordingStatus(StrEnum):
    """`awaiting_upload` until its file has arrived."""

    AWAITING_UPLOAD = "awaiting_upload"
    KEPT = "kept"


class NotCovered(Forbidden):
    """No trial or paid period covers the device now."""

    code = "not_covered"


class RecordingNotFound(NotFound):
    """There is no such recording in the account, or it is no longer kept."""

    code = "recording_not_found"


class RecordingTooLarge(TooLarge):
    """The recording is larger than one may be."""

    code = "recording_too_large"


class QuotaReached(TooLarge):
    """The recordings of the device are as large as its package's fair use permits."""

    code = "storage_quota_reached"


class Piece(Struct, frozen=True):
    """A part of a long recording; `sha256` in hexadecimal."""

    size: int
    sha256: str


class Announcement(Struct, frozen=True):
    """A recording that is to come; `size` in bytes, `sha256` in hexadecimal.

    Of one in parts, `sha256` is that of the parts' digests one after another, as S3 computes it.
    """

    started_at: datetime
    duration_seconds: int
    media_type: str
    size: int
    sha256: str
    parts: tuple[Piece, ...] = ()


class Recording(Struct, frozen=True):
    """A recording of a device.

    `upload_id` is that of an upload in parts, `version` the stored file's.
    """

    account_id: str
    id: str
    device_id: str
    started_at: datetime
    duration_seconds: int
    media_type: str
    size: int
    sha256: str
    upload_until: datetime
    status: RecordingStatus = RecordingStatus.AWAITING_UPLOAD
    parts: int = 0
    upload_id: str | None = None
    version: str | None = None

    @property
    def key(self) -> str:
        """Where its file lies."""
        return recording_key(self.account_id, self.id)

    @property
    def file_name(self) -> str:
        """The name that it is saved under."""
        return f"{self.started_at:%Y-%m-%d %H.%M.%S}.{MEDIA_TYPES[self.media_type]}"

    def is_shown(self, now: datetime) -> bool:
        """Whether it is in lists: an upload that was not made in time is not."""
        return self.status is RecordingStatus.KEPT or now < self.upload_until


class Usage(Struct, frozen=True):
    """What is held of a device, uploads to come included."""

    size: int = 0
    recordings: int = 0


def recording_key(account_id: str, recording_id: str) -> str:
    """Where a recording's file lies."""
    return f"recordings/{account_id}/{recording_id}"


def recording_of(account_id: str, device_id: str, announced: Announcement, now: datetime) -> Recording:
    """The recording of an announcement; the same announcement is the same recording."""
    told = f"{account_id}/{device_id}/{rfc3339(announced.started_at)}/{announced.sha256}"
    return Recording(
        account_id,
        f"rec_{hashlib.sha256(told.encode()).hexdigest()[:26]}",
        device_id,
        announced.started_at,
        announced.duration_seconds,
        announced.media_type,
        announced.size,
        announced.sha256,
        now + (UPLOAD_IN_PARTS if announced.parts else UPLOAD_AT_ONCE),
        parts=len(announced.parts),
    )


def checked(announced: Announcement, oldest: datetime, now: datetime) -> Announcement:
    """The announcement, if such a recording is accepted. Raises InvalidFields, RecordingTooLarge."""
    if announced.size > LARGEST:
        raise RecordingTooLarge(f"Send recordings of at most {LARGEST} bytes.", most=LARGEST)
    problems = FieldProblems()
    with problems.gathered():
        if not oldest < announced.started_at <= now + AHEAD:
            message = f"Send an instant after {rfc3339(oldest)} and not after now; check the device's clock."
            raise _invalid("started_at", message)
    with problems.gathered():
        if not 1 <= announced.duration_seconds <= LONGEST_SECONDS:
            raise _invalid("duration_seconds", f"Send 1 to {LONGEST_SECONDS} seconds.")
    with problems.gathered():
        check_text("media_type", announced.media_type)
    with problems.gathered():
        if announced.size < 1:
            raise _invalid("bytes", f"Send 1 to {LARGEST} bytes.")
    with problems.gathered():
        check_text("sha256", announced.sha256)
    with problems.gathered():
        _check_parts(announced)
    problems.raise_found()
    return announced


def check_text(field: str, value: str) -> None:
    """Checks one text of an announcement by its name: media_type or sha256. Raises InvalidFields."""
    if field == "media_type":
        if value not in MEDIA_TYPES:
            raise _invalid(field, f"Send one of: {', '.join(MEDIA_TYPES)}.")
    elif not _HEX.fullmatch(value):
        raise _invalid(field, "Send the SHA-256 of the file or part: 64 hexadecimal digits in lower case.")


def _check_parts(announced: Announcement) -> None:
    parts = announced.parts
    if not parts:
        if announced.size > LARGEST_AT_ONCE:
            message = f"A recording of more than {LARGEST_AT_ONCE} bytes is sent in parts: name them."
            raise _invalid("parts", message)
        return
    if len(parts) > MOST_PARTS:
        raise _invalid("parts", f"Send at most {MOST_PARTS} parts.")
    for number, part in enumerate(parts):
        least = 1 if number == len(parts) - 1 else SMALLEST_PART
        if not least <= part.size <= LARGEST_AT_ONCE:
            raise _invalid(f"parts.{number}.bytes", f"Send {least} to {LARGEST_AT_ONCE} bytes; the last may be fewer.")
        check_text(f"parts.{number}.sha256", part.sha256)
    if sum(part.size for part in parts) != announced.size:
        raise _invalid("parts", "The sizes of the parts do not add up to bytes.")
    if announced.sha256 != digest_of(parts):
        message = "Of a recording in parts, send the SHA-256 of the parts' digests (32 bytes each) one after another."
        raise _invalid("sha256", message)


def digest_of(parts: Sequence[Piece]) -> str:
    """The SHA-256 of the parts' digests one after another."""
    return hashlib.sha256(b"".join(bytes.fromhex(part.sha256) for part in parts)).hexdigest()


def _invalid(field: str, message: str) -> InvalidFields:
    return InvalidFields([FieldProblem(field, "invalid", message)])


def oldest_kept(facts: Facts, now: datetime) -> datetime | None:
    """Recordings that started at this instant or before are no longer kept; None where nothing covers the device."""
    days = retention_at(facts, now)
    return None if days is None else now - timedelta(days=days)


def require_covered(facts: Facts, now: datetime) -> datetime:
    """As oldest_kept. Raises NotCovered."""
    oldest = oldest_kept(facts, now)
    if oldest is None:
        raise NotCovered("Nothing covers this device now: start a trial or choose a package.")
    return oldest


def kept_until(recording: Recording, facts: Facts, now: datetime) -> datetime:
    """Until when a recording of a covered device is kept, as things are now."""
    days, cover = retention_at(facts, now) or 0, cover_at(facts, now)
    ends = recording.started_at + timedelta(days=days)
    return ends if cover.ends_at is None else min(ends, cover.ends_at)


def quota_of(facts: Facts, packages: PackageList | None, now: datetime) -> int:
    """How many bytes of a device are held at most: what was published for a trial, or for its days of retention."""
    if packages is None:
        return UNPUBLISHED_GIBIBYTES * GIBIBYTE
    days = retention_at(facts, now)
    found = [each.quota_gibibytes for each in packages.packages if each.retention_days == days]
    on_trial = cover_at(facts, now).status is CoverStatus.TRIAL
    gibibytes = packages.trial_quota_gibibytes if on_trial or not found else max(found)
    return gibibytes * GIBIBYTE
