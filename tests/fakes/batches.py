"""In-memory fakes: license batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from allmytracks.licenses.batches.dynamodb import NOT_FOUND
from allmytracks.licenses.batches.rules import BatchNotFound, LicenseBatch, Outcome


@dataclass
class MemoryLicenseBatches:
    """Batches in memory."""

    stored: dict[tuple[str, str], LicenseBatch] = field(default_factory=dict)

    def add(self, batch: LicenseBatch) -> LicenseBatch:
        return self.stored.setdefault((batch.account_id, batch.id), batch)

    def get(self, account_id: str, batch_id: str) -> LicenseBatch:
        if (account_id, batch_id) not in self.stored:
            raise BatchNotFound(NOT_FOUND)
        return self.stored[account_id, batch_id]

    def record(self, batch: LicenseBatch, track_id: str, outcome: Outcome) -> None:
        known = self.stored.get((batch.account_id, batch.id))
        if known is not None:
            outcomes = {track_id: outcome, **known.outcomes}
            self.stored[batch.account_id, batch.id] = replace(known, outcomes=outcomes)

    def lease(self, batch: LicenseBatch, now: datetime, until: datetime) -> LicenseBatch | None:
        known = self.stored.get((batch.account_id, batch.id))
        if known is None or any(taken and taken > now for taken in (known.waits_until, known.leased_until)):
            return None
        self.stored[batch.account_id, batch.id] = leased = replace(known, leased_until=until)
        return leased

    def wait(self, batch: LicenseBatch, until: datetime) -> None:
        known = self.stored.get((batch.account_id, batch.id))
        if known is not None:
            self.stored[batch.account_id, batch.id] = replace(known, waits_until=until, leased_until=None)


@dataclass
class MemoryBatchQueue:
    """A queue that a test empties itself: account, batch and delay of each message."""

    waiting: list[tuple[str, str, timedelta]] = field(default_factory=list)

    def send(self, account_id: str, batch_id: str, delay: timedelta) -> None:
        self.waiting.append((account_id, batch_id, delay))
