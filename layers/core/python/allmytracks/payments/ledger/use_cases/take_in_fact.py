"""Taking a payment fact in, however it came: kept first, then queued (design, section 6.2)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ports import Inbox, PaymentsQueue, Received
from allmytracks.payments.rules import Fact, FactKind


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A fact's record in the inbox, and whether it was stored by this call."""

    received: Received
    is_new: bool


@dataclass(frozen=True)
class TakeInFact:
    """Keeps a fact and hands it to the worker that folds it.

    A fact that comes again is queued again until it was folded: that repairs a crash between storing and queueing, and
    folding twice changes nothing. Kinds that we do not know are kept and go no further. Raises Unavailable.
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
