"""Finding events that were stored and never folded, and queueing them again (design, section 6.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec import Struct

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ledger.rules_inbox import Received, ReceivedStatus
from allmytracks.payments.ports import Bookkeeping, Inbox, PaymentsQueue
from allmytracks.payments.rules import FactName

# The ages at which an event that was not folded is queued again; after the last, operators decide.
WAITS = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
LATE = timedelta(minutes=30)
# The same for events of an unknown order. A payment that becomes known requeues its own events.
LOOKED_FOR = timedelta(days=3)
PAGE = 100
MOST = 2000


class Swept(Struct, frozen=True):
    """How many events were queued again; how many are LATE without an effect, and how many are of unknown payments."""

    queued: int
    late: int
    unattached: int


@dataclass(frozen=True)
class SweepInbox:
    """Reads only the index of unfinished events. Idempotent. Raises Unavailable."""

    inbox: Inbox
    bookkeeping: Bookkeeping
    queue: PaymentsQueue
    clock: Clock

    def __call__(self) -> Swept:
        now = self.clock.now()
        queued = late = unattached = 0
        for received in self._shelf(ReceivedStatus.UNFOLDED):
            late += now - received.received_at >= LATE
            queued += self._queued_again(received, now)
        for received in self._shelf(ReceivedStatus.UNATTACHED):
            unattached += now - received.received_at >= LATE  # before that, its payment may still arrive
            queued += now - received.received_at < LOOKED_FOR and self._has_become_known(received)
        return Swept(queued, late, unattached)

    def _shelf(self, status: ReceivedStatus) -> Iterator[Received]:
        cursor = None
        for _ in range(MOST // PAGE):
            page = self.inbox.page(status, limit=PAGE, cursor=cursor)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def _queued_again(self, received: Received, now: datetime) -> bool:
        times, age = received.sweeps, now - received.received_at
        if times == len(WAITS) or age < WAITS[times]:
            return False
        fact = received.fact
        self.queue.send_again(fact, f"sweep-{times}")
        self.inbox.set_sweeps(FactName(fact.provider, fact.event_id), times + 1)
        return True

    def _has_become_known(self, received: Received) -> bool:
        if self.bookkeeping.owner(received.fact) is None:
            return False
        self.queue.send_again(received.fact, "known")
        return True
