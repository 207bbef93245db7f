"""Orders, the payment provider, and the bookkeeping that turns payment facts into memberships."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from allmytracks.foundation.paging import Page
from allmytracks.memberships.rules import Purchase
from allmytracks.payments.ledger.rules_folding import Outcome
from allmytracks.payments.ledger.rules_inbox import Owner, Ruling
from allmytracks.payments.ledger.rules_inbox import Received as Received  # noqa: PLC0414 - re-exported for Inbox
from allmytracks.payments.ledger.rules_subscriptions import PastDue, Renewal, Subscription
from allmytracks.payments.orders.rules import Checkout, Order
from allmytracks.payments.rules import Fact, FactName


class Subscriptions(Protocol):
    """Subscriptions of cloud storage, as the ledger folded them."""

    def of(self, account_id: str) -> tuple[Subscription, ...]:
        """Those of an account, by id; read consistently. Raises Unavailable."""
        ...

    def due(self, now: datetime) -> Iterator[Renewal]:
        """Accounts that are to be notified of a renewal by now; eventually consistent. Raises Unavailable."""
        ...

    def set_next(self, renewal: Renewal, due_at: datetime | None) -> None:
        """Records when the account is to be notified next, if it is listed as it was read. Raises Unavailable."""
        ...

    def past_due(self, now: datetime) -> Iterator[PastDue]:
        """Plans that are past due, by account; as listed by the last hourly run, eventually consistent. Raises
        Unavailable.
        """
        ...


class CancellingProvider(Protocol):
    """What a cancellation asks of the payment provider."""

    def give_back(self, order: Order, amount: int) -> None:
        """Refunds a part of the order's payment; once for each order, however often it is asked. Raises Unavailable."""
        ...

    def stop_renewing(self, order: Order) -> None:
        """Ends the monthly plan of the order with the period that is paid. Idempotent. Raises Unavailable."""
        ...


class PaymentProvider(Protocol):
    """The provider of checkouts."""

    def open_checkout(self, order: Order) -> Checkout:
        """The checkout of exactly this order, a new one where `order.checkout` is one that expired.

        Idempotent for each order and expired checkout. Raises Unavailable.
        """
        ...


class WebhookReader(Protocol):
    """Reads one provider's webhooks."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> Fact:
        """The fact of a signed webhook; `headers` by lower-case name.

        Raises InvalidSignature, StaleSignature, Malformed.
        """
        ...


class Orders(Protocol):
    """Orders by account."""

    def add(self, order: Order) -> Order:
        """Stores a new order. Idempotent: returns the stored one where there is one with this id."""
        ...

    def get(self, account_id: str, order_id: str) -> Order:
        """The account's own order. Raises OrderNotFound."""
        ...

    def all(self, account_id: str) -> Sequence[Order]:
        """The account's orders, newest first."""
        ...

    def set_checkout(self, account_id: str, order_id: str, checkout: Checkout, expired: Checkout | None = None) -> None:
        """Records the order's checkout in the place of none, or of the `expired` one; else it changes nothing."""
        ...


class Inbox(Protocol):
    """Every verified event of a payment provider, kept by its id there."""

    def put(self, received: Received) -> Received:
        """Stores an event before it is acknowledged; returns the stored one if known, else `received` itself."""
        ...

    def get(self, provider: str, event_id: str) -> Received | None:
        """The stored event."""
        ...

    def known(self, provider: str, event_ids: Sequence[str]) -> Mapping[str, Received]:
        """The stored ones of up to a hundred events, by id."""
        ...

    def set_unattached(self, name: FactName, now: datetime) -> None:
        """Marks an event as unattached; one that was folded or ruled on is unchanged."""
        ...

    def rule(self, name: FactName, ruling: Ruling) -> bool:
        """Stores an operator's ruling. False where the event was folded by then. The event must exist."""
        ...

    def set_sweeps(self, name: FactName, times: int) -> None:
        """Records how often the sweep queued the event again."""
        ...

    def page(
        self, shelf: str, *, limit: int, cursor: str | None = None, between: tuple[datetime, datetime] | None = None
    ) -> Page[Received]:
        """Events of one shelf, oldest first; eventually consistent.

        A shelf is `unfolded`, `unattached`, or a day (UTC, 2026-11-24) for finished events received then. `between`:
        received from the one instant up to, not including, the other. Raises InvalidFields (cursor).
        """
        ...


class PaymentsQueue(Protocol):
    """The FIFO queue of facts to fold, ordered within each group."""

    def send(self, fact: Fact) -> None:
        """Queues a fact of the inbox; repeats within five minutes are dropped. Raises Unavailable."""
        ...

    def send_again(self, fact: Fact, occasion: str) -> None:
        """Queues a fact once for each occasion, also within those five minutes. Raises Unavailable."""
        ...


class DeadLetter(Struct, frozen=True):
    """A message of the dead-letter queue; `receipt` is its current receipt handle."""

    name: FactName
    receipt: str


class DeadLetters(Protocol):
    """The dead-letter queue of payment facts."""

    def take(self) -> Sequence[DeadLetter]:
        """Some messages, hidden from other readers for a while. Raises Unavailable."""
        ...

    def remove(self, letter: DeadLetter) -> None:
        """Removes one. Raises Unavailable."""
        ...


class Books(Struct, frozen=True):
    """The input of a fold, and the version that it was read at.

    `orders` and `facts` are those of the order that is folded, `purchases` the summary of all orders. `whole`: orders
    and facts are all of the account's, because one payment was claimed for two orders, or because there are orders for
    an individual and for an enterprise. `subscriptions` are read where an order for cloud storage is folded.
    """

    version: int
    orders: Sequence[Order]
    facts: Sequence[Fact]
    purchases: tuple[Purchase, ...]
    whole: bool = False
    subscriptions: tuple[Subscription, ...] = ()

    @property
    def others(self) -> tuple[Purchase, ...]:
        """The purchases by other orders."""
        ids = {order.id for order in self.orders}
        return tuple(each for each in self.purchases if each.order_id not in ids)


class Bookkeeping(Protocol):
    """The payment facts of accounts and what was folded from them."""

    def owner(self, fact: Fact) -> Owner | None:
        """The owner of a fact: by the order that it names, else by its payment; None while neither is known."""
        ...

    def wait(self, fact: Fact) -> bool:
        """Records that a fact waits for its payment to be known; False where it has become known meanwhile."""
        ...

    def attach(self, owner: Owner, fact: Fact) -> Sequence[FactName]:
        """Stores a fact with its account and order, and its payment's owner. Idempotent.

        Returns the events that wait for this payment. A payment that another order of the account has makes the
        account's books `whole` from then on; a payment of another account stays with it.
        """
        ...

    def stop_waiting(self, fact: Fact) -> None:
        """Removes a fact from those that wait for its payment."""
        ...

    def open(self, owner: Owner) -> Books:
        """The account's books for the order's facts, read consistently, the version first; without orders where the
        order's retention is over.
        """
        ...

    def close(self, owner: Owner, books: Books, outcome: Outcome, received: Received, now: datetime) -> bool:
        """Writes an outcome atomically: orders, summary, allowance, and that the fact was folded.

        False where the books changed since they were opened (optimistic lock). A new fact counts as a change even
        without effect, so that no writer misses it. The allowance's counts are never touched; the account records since
        when it is an enterprise's (U-II.III.1.4). Of a closed account the orders alone are written: the erasure has
        removed, or will remove, the rest.
        """
        ...

    def facts(self, account_id: str) -> Sequence[Fact]:
        """All facts of the account, in the provider's chronological order."""
        ...

    def mark_announced(self, account_id: str, order_id: str, name: str) -> None:
        """Records published events of an order."""
        ...


class OrdersToSettle(Protocol):
    """Orders with money to refund (M-II.2)."""

    def page(self, *, limit: int, cursor: str | None) -> Page[Order]:
        """Oldest first; eventually consistent."""
        ...


class OrderOwners(Protocol):
    """Owners of orders: members see only their own, operators any."""

    def owner(self, order_id: str) -> str:
        """The account that placed the order. Raises OrderNotFound."""
        ...
