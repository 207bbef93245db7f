"""Taking in a payment fact from any source: stored first, then queued (design, section 6.2)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ports import Inbox, PaymentsQueue, Received
from allmytracks.payments.rules import Fact, FactKind


class TakenIn(Struct, frozen=True):
    """A fact's record in the inbox, and whether it was stored by this call."""

    received: Received
    is_new: bool


@dataclass(frozen=True)
class TakeInFact:
    """Stores a fact and queues it for the worker that folds it.

    A repeated fact is queued again until it is folded: that repairs a crash between storing and queueing, and folding
    is idempotent. Unknown kinds are stored and not queued. Raises Unavailable.
    """

    inbox: Inbox
    queue: PaymentsQueue
    clock: Clock

    def __call__(self, fact: Fact) -> TakenIn:
        received = Received(fact, self.clock.now())
        stored = self.inbox.put(received)
        if stored.fact.kind is not FactKind.OTHER and stored.folded_at is None:
            self.queue.send(stored.fact)
        return TakenIn(stored, is_new=stored is received)
