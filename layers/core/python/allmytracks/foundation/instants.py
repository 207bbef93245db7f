"""Stored and shown instants: aware, UTC, to the millisecond at most."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(instant: datetime) -> str:
    """`instant` as RFC 3339 in UTC with milliseconds; equal lengths, so that text sorts as time does."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """The inverse of rfc3339. Raises ValueError."""
    return datetime.fromisoformat(text).astimezone(UTC)


def whole_milliseconds(instant: datetime) -> datetime:
    """`instant` truncated to the precision of storage."""
    return parse_rfc3339(rfc3339(instant))
