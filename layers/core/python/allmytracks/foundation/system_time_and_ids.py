"""The system's clock and random ids."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        now = datetime.now(UTC)
        # With the precision of storage, so that a stored instant reads back equal.
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class RandomIds:
    """Ids of 130 random bits."""

    def new(self, prefix: str) -> str:
        return f"{prefix}_" + "".join(secrets.choice(ALPHABET) for _ in range(26))

    def digits(self, count: int) -> str:
        return f"{secrets.randbelow(10**count):0{count}d}"
