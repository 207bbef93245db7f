"""Instants as they are stored and shown: aware, UTC, to the millisecond at most."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(instant: datetime) -> str:
    """`instant` as RFC 3339 in UTC with milliseconds; equal lengths, so that text sorts as time does."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """The instant that `rfc3339` wrote. Raises ValueError where `text` is none."""
    return datetime.fromisoformat(text).astimezone(UTC)


def whole_milliseconds(instant: datetime) -> datetime:
    """`instant` as it comes back from where it is stored."""
    return parse_rfc3339(rfc3339(instant))
