"""Orders, the payment provider, and the books in which payment facts become memberships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from allmytracks.foundation.paging import Page
from allmytracks.memberships.rules import Purchase
from allmytracks.payments.ledger.rules_folding import Outcome
from allmytracks.payments.ledger.rules_inbox import Owner, Ruling
from allmytracks.payments.ledger.rules_inbox import Received as Received  # noqa: PLC0414 - offered on: what the Inbox holds
from allmytracks.payments.orders.rules import Checkout, Order
from allmytracks.payments.rules import Fact, FactName


class PaymentProvider(Protocol):
    """Takes the money."""

    def open_checkout(self, order: Order) -> Checkout:
        """The page on which exactly this order is paid; the same order always gets the same one. Raises Unavailable."""
        ...


class WebhookReader(Protocol):
    """Knows one provider's webhooks."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> Fact:
        """The fact that a signed webhook reports; `headers` by lower-case name.

        Raises InvalidSignature, StaleSignature, Malformed.
        """
        ...


class Orders(Protocol):
    """Orders by account, and whose an order is."""

    def add(self, order: Order) -> Order:
        """Stores a new order; where one of this id is stored already, answers that one and changes nothing."""
        ...

    def get(self, account_id: str, order_id: str) -> Order:
        """The account's own order. Raises OrderNotFound."""
        ...

    def all(self, account_id: str) -> Sequence[Order]:
        """The account's orders, newest first."""
        ...

    def set_checkout(self, account_id: str, order_id: str, checkout: Checkout) -> None:
        """Records where the order is paid, for good: a second checkout changes nothing."""
        ...


class Inbox(Protocol):
    """Every verified event of a payment provider, kept by its id there."""

    def put(self, received: Received) -> Received:
        """Stores an event before it is acknowledged; where it is known already, returns what is stored.

        The answer is `received` itself where it was not known.
        """
        ...

    def get(self, provider: str, event_id: str) -> Received | None:
        """What is stored of an event."""
        ...

    def known(self, provider: str, event_ids: Sequence[str]) -> Mapping[str, Received]:
        """What is stored of up to a hundred events, by their ids."""
        ...

    def set_unattached(self, name: FactName, now: datetime) -> None:
        """Marks an event as unattached; one that was folded or ruled on is unchanged."""
        ...

    def rule(self, name: FactName, ruling: Ruling) -> bool:
        """Keeps an operator's ruling. False where the event was folded by then. The event must be there."""
        ...

    def set_sweeps(self, name: FactName, times: int) -> None:
        """Puts down how often the event was queued again."""
        ...

    def page(
        self, shelf: str, *, limit: int, cursor: str | None = None, between: tuple[datetime, datetime] | None = None
    ) -> Page[Received]:
        """Events of one shelf, first received first; a change may show a moment later.

        A shelf is `unfolded`, `unattached`, or a day (UTC, 2026-11-24) for events that came then and have nothing left
        to do. `between`: received from the one instant up to, not including, the other. Raises InvalidFields (cursor).
        """
        ...


class PaymentsQueue(Protocol):
    """Hands facts to the worker that folds them, one after the other in each group."""

    def send(self, fact: Fact) -> None:
        """Queues a fact of the inbox; the same one again within five minutes is dropped. Raises Unavailable."""
        ...

    def send_again(self, fact: Fact, occasion: str) -> None:
        """Queues a fact once for each occasion, however short ago it was queued for another. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that the payments queue gave up on; `receipt` is the queue's own name of it for now."""

    name: FactName
    receipt: str


class DeadLetters(Protocol):
    """What the payments queue gave up on."""

    def take(self) -> Sequence[DeadLetter]:
        """Some of it, out of others' sight for a moment. Raises Unavailable."""
        ...

    def remove(self, letter: DeadLetter) -> None:
        """Takes one off. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Books:
    """What an account's membership follows from, and the version of what was last written of it.

    `orders` and `facts` are those of the one order that is folded, `purchases` the summary of all orders. `whole`:
    orders and facts are all of the account's, because one payment was claimed for two orders, or because there are
    orders for an individual and for an enterprise.
    """

    version: int
    orders: Sequence[Order]
    facts: Sequence[Fact]
    purchases: tuple[Purchase, ...]
    whole: bool = False

    @property
    def others(self) -> tuple[Purchase, ...]:
        """The purchases by other orders than these."""
        ids = {order.id for order in self.orders}
        return tuple(each for each in self.purchases if each.order_id not in ids)


class Bookkeeping(Protocol):
    """The payment facts of accounts and what was folded from them."""

    def owner(self, fact: Fact) -> Owner | None:
        """Whose a fact is: by the order that it names, else by its payment; None while neither is known."""
        ...

    def wait(self, fact: Fact) -> bool:
        """Puts down that a fact waits for its payment to be known; False where it has become known meanwhile."""
        ...

    def attach(self, owner: Owner, fact: Fact) -> Sequence[FactName]:
        """Keeps a fact with its account and order, and whose its payment is; the same again changes nothing.

        Answers the events that wait for this payment. A payment that another order of the account is known by makes the
        account's books `whole` from then on; one that another account is known by stays theirs.
        """
        ...

    def stop_waiting(self, fact: Fact) -> None:
        """Takes a fact off the list of its payment."""
        ...

    def open(self, owner: Owner) -> Books:
        """The account's books for the order's facts, consistently read: the version first."""
        ...

    def close(self, owner: Owner, books: Books, outcome: Outcome, received: Received, now: datetime) -> bool:
        """Writes an outcome, all or nothing: orders, summary, allowance, and that the fact was folded.

        False where the books were written since they were opened. A fact that is new counts as writing, even where it
        changes nothing, so that no writer misses it. Counts of the allowance are never touched; from
        when on it is an enterprise's is on record with the account (U-II.III.1.4).
        """
        ...

    def facts(self, account_id: str) -> Sequence[Fact]:
        """All facts that are on record with the account, in the provider's order of time."""
        ...

    def mark_announced(self, account_id: str, order_id: str, name: str) -> None:
        """Records that others were told something of an order."""
        ...


class OrdersToSettle(Protocol):
    """Orders whose money is to be given back (M-II.2)."""

    def page(self, *, limit: int, cursor: str | None) -> Page[Order]:
        """The longest placed first; a change may show a moment later."""
        ...


class OrderOwners(Protocol):
    """Whose an order is: members know only their own, operators ask for any."""

    def owner(self, order_id: str) -> str:
        """The account that placed the order. Raises OrderNotFound."""
        ...
