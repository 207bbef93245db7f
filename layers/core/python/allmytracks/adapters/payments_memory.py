"""A payment provider and a queue in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from allmytracks.domain.orders import Checkout, Order
from allmytracks.domain.payments import Fact, InvalidSignature


@dataclass
class MemoryProvider:
    """Opens checkouts that nobody can pay, and reads webhooks that `signed` made."""

    opened: dict[str, Checkout] = field(default_factory=dict)

    def open_checkout(self, order: Order) -> Checkout:
        session = f"session_{order.id}"
        return self.opened.setdefault(order.id, Checkout("memory", session, f"https://pay.example/{session}"))

    def read(self, body: bytes, headers: Mapping[str, str]) -> Fact:
        if headers.get("signature") != "valid":
            raise InvalidSignature("The webhook's signature is not the provider's.")
        return msgspec.json.decode(body, type=Fact)

    @staticmethod
    def signed(fact: Fact) -> tuple[bytes, dict[str, str]]:
        """The body and headers with which `fact` arrives."""
        return msgspec.json.encode(fact), {"signature": "valid"}


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
