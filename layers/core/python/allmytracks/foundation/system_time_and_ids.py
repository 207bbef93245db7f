"""The system's clock and random names, and their fixed twins for tests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        now = datetime.now(UTC)
        # As finely as instants are stored, so that what is read again equals what was written.
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


@dataclass
class FixedClock:
    """A clock that stands still until a test moves it."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> None:
        """Moves the clock by a timedelta's arguments (`days=1`)."""
        self.at += timedelta(**span)


class RandomIds:
    """Names of 130 random bits."""

    def new(self, prefix: str) -> str:
        return f"{prefix}_" + "".join(secrets.choice(ALPHABET) for _ in range(26))


@dataclass
class CountedIds:
    """Names in sequence, for tests that read them."""

    given: int = field(default=0)

    def new(self, prefix: str) -> str:
        self.given += 1
        return f"{prefix}_{self.given:026d}"
