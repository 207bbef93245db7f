"""Watch records: the sightings that anti-fraud keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from allmytracks.enforcement.rules_sightings import Watched


class WatchRecords(Protocol):
    """The watch record of each account."""

    def get(self, account_id: str) -> Watched:
        """The record; an empty one where there is none."""
        ...

    def put(self, account_id: str, watched: Watched, now: datetime) -> bool:
        """Stores it as the next revision (optimistic lock); False where it was changed since it was read."""
        ...
