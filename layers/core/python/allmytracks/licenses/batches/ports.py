"""License batches and the queue of their passes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from allmytracks.licenses.batches.rules import LicenseBatch, Outcome


class LicenseBatches(Protocol):
    """The batches of each account."""

    def add(self, batch: LicenseBatch) -> LicenseBatch:
        """Stores a requested batch; returns the stored one where there is one with this id, else `batch` itself."""
        ...

    def get(self, account_id: str, batch_id: str) -> LicenseBatch:
        """The account's own batch. Raises BatchNotFound."""
        ...

    def record(self, batch: LicenseBatch, track_id: str, outcome: Outcome) -> None:
        """Records what became of a track. Idempotent: the first outcome is kept."""
        ...

    def lease(self, batch: LicenseBatch, now: datetime, until: datetime) -> LicenseBatch | None:
        """Gives the caller alone the batch until then, and returns it as it is now; None where it waits or another has
        it.
        """
        ...

    def wait(self, batch: LicenseBatch, until: datetime) -> None:
        """Records until when the batch waits, and ends its lease."""
        ...


class BatchQueue(Protocol):
    """Passes of the worker to come."""

    def send(self, account_id: str, batch_id: str, delay: timedelta) -> None:
        """Asks for a pass after a delay of at most LONGEST_PAUSE. Raises Unavailable."""
        ...
