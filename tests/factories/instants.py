"""When the tests of the house play."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
PUBLISHED_AT = datetime(2026, 11, 1, tzinfo=UTC)
