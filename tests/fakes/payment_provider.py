"""A payment provider, its record and a queue in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from allmytracks.payments.orders.rules import Checkout, Order
from allmytracks.payments.ports import DeadLetter
from allmytracks.payments.reconciliation.ports import FactsPage, Listing, Position, Span
from allmytracks.payments.rules import CheckoutNotKnown, Fact, FactName, InvalidSignature


@dataclass
class MemoryProvider:
    """Opens checkouts without a pay page, and reads webhooks made by `signed`."""

    opened: dict[str, Checkout] = field(default_factory=dict)

    def open_checkout(self, order: Order) -> Checkout:
        session = f"session_{order.id}" if order.checkout is None else f"{order.checkout.session_id}_again"
        return self.opened.setdefault(session, Checkout("memory", session, f"https://pay.example/{session}"))

    def read(self, body: bytes, headers: Mapping[str, str]) -> Fact:
        if headers.get("signature") != "valid":
            raise InvalidSignature("The webhook's signature is not the provider's.")
        return msgspec.json.decode(body, type=Fact)

    @staticmethod
    def signed(fact: Fact) -> tuple[bytes, dict[str, str]]:
        """The body and headers with which `fact` arrives."""
        return msgspec.json.encode(fact), {"signature": "valid"}


@dataclass
class MemoryHistory:
    """A provider's record that a test writes: the listings, and the results of checkouts."""

    provider: str = "memory"
    listed: dict[Listing, list[Fact]] = field(default_factory=dict)
    payments: dict[str, list[Fact]] = field(default_factory=dict)
    page_size: int = 100

    def page(self, span: Span, position: Position) -> FactsPage:
        chosen = [fact for fact in self.listed.get(position.listing, []) if span.since <= fact.occurred_at < span.until]
        chosen.sort(key=lambda fact: fact.place, reverse=True)
        names = [fact.event_id for fact in chosen]
        first = 0 if position.after is None else names.index(position.after) + 1
        facts = chosen[first : first + self.page_size]
        return FactsPage(facts, facts[-1].event_id if len(chosen) > first + self.page_size else None)

    def payment(self, session_id: str) -> Sequence[Fact]:
        if session_id not in self.payments:
            raise CheckoutNotKnown("The payment provider has no such checkout.")
        return self.payments[session_id]


@dataclass
class MemoryQueue:
    """A queue that a test empties itself."""

    waiting: deque[Fact] = field(default_factory=deque)
    occasions: list[tuple[Fact, str]] = field(default_factory=list)

    def send(self, fact: Fact) -> None:
        self.waiting.append(fact)

    def send_again(self, fact: Fact, occasion: str) -> None:
        if (fact, occasion) not in self.occasions:
            self.occasions.append((fact, occasion))
            self.waiting.append(fact)


@dataclass
class MemoryDeadLetters:
    """Dead letters that a test puts there."""

    names: list[FactName] = field(default_factory=list)

    def take(self) -> Sequence[DeadLetter]:
        return [DeadLetter(name, name.event_id) for name in self.names[:10]]

    def remove(self, letter: DeadLetter) -> None:
        self.names.remove(letter.name)
