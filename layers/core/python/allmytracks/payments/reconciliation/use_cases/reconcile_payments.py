"""The scheduled comparison of the provider's record with ours: missing facts are found and fed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.reconciliation.ports import (
    Checkpoint,
    Checkpoints,
    Position,
    Run,
    Span,
)
from allmytracks.payments.reconciliation.rules import Tally
from allmytracks.payments.reconciliation.use_cases.compare_records import CompareRecords, Seen

# Events whose webhook may still be in transit are not missing yet.
IN_FLIGHT = timedelta(minutes=10)
# Each comparison overlaps the previous one: a provider may list an event later than it dates it.
OVERLAP = timedelta(hours=1)
# Stripe lists events for 30 days. The first comparison keeps a margin of a day, so that its position does not expire.
KEPT = timedelta(days=30)
FIRST = timedelta(days=29)
PAGES_A_RUN = 100


@dataclass(frozen=True)
class ReconcilePayments:
    """Compares everything since the last run, up to PAGES_A_RUN pages; the next run resumes there.

    The checkpoint advances after each page, once all of it is stored: a crash repeats one page at most. Returns whether
    all was compared. Raises Unavailable, ProviderRefused.
    """

    compare: CompareRecords
    checkpoints: Checkpoints
    clock: Clock
    pages: int = PAGES_A_RUN

    def __call__(self, tell: Callable[[Tally], None]) -> bool:
        """`tell` is called with the result of each page."""
        provider = self.compare.history.provider
        checkpoint = self.checkpoints.get(provider)
        now, seen = self.clock.now(), Seen()
        run = _unfinished(checkpoint, now) or _next_run(checkpoint, now)
        for _ in range(self.pages):
            if run is None:
                return True
            tally, position = self.compare.page(run.span, run.position, seen)
            tell(tally)
            checkpoint = _after_page(checkpoint, run, position)
            if not self.checkpoints.move(provider, checkpoint):
                return True  # another run took over, from the same position or later
            run = checkpoint.run
        return run is None


def _unfinished(checkpoint: Checkpoint, now: datetime) -> Run | None:
    """The run to resume, unless it is older than the provider's list of events."""
    run = checkpoint.run
    return run if run is not None and now - run.span.since < KEPT else None


def _next_run(checkpoint: Checkpoint, now: datetime) -> Run | None:
    since = now - FIRST if checkpoint.until is None else checkpoint.until - OVERLAP
    span = Span(since.replace(microsecond=0), (now - IN_FLIGHT).replace(microsecond=0))
    already = checkpoint.until is not None and span.until <= checkpoint.until
    return None if already else Run(span, Position())


def _after_page(checkpoint: Checkpoint, run: Run, position: Position | None) -> Checkpoint:
    moved = replace(checkpoint, version=checkpoint.version + 1)
    if position is None:
        return replace(moved, until=run.span.until, run=None)
    return replace(moved, run=Run(run.span, position))
