"""Folding one more fact into its account's membership (design, section 6.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.payments.ledger.rules_announcements import announcements
from allmytracks.payments.ledger.rules_folding import Outcome, fold
from allmytracks.payments.ledger.rules_inbox import Owner, Received
from allmytracks.payments.ledger.use_cases.add_renewal import AddRenewal
from allmytracks.payments.ledger.use_cases.carry_out_cancellation import CarryOutCancellation
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.ports import Bookkeeping, Inbox
from allmytracks.payments.rules import Fact, FactName, FactNotKnown

ATTEMPTS = 5


@dataclass(frozen=True)
class FoldPayments:
    """Attaches a fact of the inbox to its account, folds it, publishes the resulting events. Idempotent at any point.

    A fact whose order and payment are unknown is marked as unattached; facts that waited for this one's payment are
    folded after it. `add_renewal` adds the order of a further month of a monthly plan; `carry_out` does at the payment
    provider what a cancellation asks for, after it was folded. Raises FactNotKnown, Unavailable.
    """

    inbox: Inbox
    bookkeeping: Bookkeeping
    events: Events
    clock: Clock
    add_renewal: AddRenewal | None = None
    carry_out: CarryOutCancellation | None = None

    def __call__(self, provider: str, event_id: str) -> None:
        first = FactName(provider, event_id)
        todo, seen = deque([first]), {first}
        while todo:
            woken = [name for name in self._take(todo.popleft()) if name not in seen]
            todo.extend(woken)
            seen.update(woken)

    def _take(self, name: FactName) -> Sequence[FactName]:
        """Takes one fact; returns the events that wait for its payment."""
        received = self.inbox.get(name.provider, name.event_id)
        if received is None:
            raise FactNotKnown("The inbox holds no such event.", event_id=name.event_id)
        fact = received.ruled_fact
        owner = self._owner(received, fact)
        if owner is None:
            self.inbox.set_unattached(name, self.clock.now())
            return ()
        woken = self.bookkeeping.attach(owner, fact)
        orders, outcome = self._fold(owner, received)
        for order in orders:
            for told, event in announcements(order, outcome):
                self.events.publish([event])
                self.bookkeeping.mark_announced(owner.account_id, order.id, told)
            if self.carry_out is not None and order.id in outcome.settlements:
                self.carry_out(replace(order, settlement=outcome.settlements[order.id]))
        if received.unattached_since is not None:
            self.bookkeeping.stop_waiting(fact)
        return woken

    def _owner(self, received: Received, fact: Fact) -> Owner | None:
        if received.ruling is not None and received.ruling.owner is not None:
            return received.ruling.owner
        owner = self.bookkeeping.owner(fact)
        if owner is None and fact.renews is not None and self.add_renewal is not None:
            return self.add_renewal(fact)
        if owner is None and not self.bookkeeping.wait(fact):
            return self.bookkeeping.owner(fact)  # its payment became known just now
        return owner

    def _fold(self, owner: Owner, received: Received) -> tuple[Sequence[Order], Outcome]:
        """Folds; starts over where a concurrent worker folds the same account (a fact that names its payment only)."""
        for _ in range(ATTEMPTS):
            books = self.bookkeeping.open(owner)
            outcome = fold(books.orders, books.facts, books.others, books.subscriptions)
            if self.bookkeeping.close(owner, books, outcome, received, self.clock.now()):
                return books.orders, outcome
        raise Unavailable("Other requests keep changing this account's payments.")
