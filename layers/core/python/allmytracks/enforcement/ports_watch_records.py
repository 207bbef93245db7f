"""What anti-fraud remembers of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from allmytracks.enforcement.rules_sightings import Watched


class WatchRecords(Protocol):
    """What anti-fraud remembers of each account."""

    def get(self, account_id: str) -> Watched:
        """What is remembered; nothing where nothing was yet."""
        ...

    def put(self, account_id: str, watched: Watched, now: datetime) -> bool:
        """Stores it as the next revision; False where another did so since it was read."""
        ...
