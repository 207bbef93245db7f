"""Orders, the payment provider, and the books in which payment facts become memberships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from allmytracks.domain.memberships import Period
from allmytracks.domain.orders import Checkout, Order
from allmytracks.domain.payments import Fact, Outcome


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


@dataclass(frozen=True, slots=True)
class Received:
    """A webhook's fact as it lies in the inbox; `folded_at` once it has had its effect."""

    fact: Fact
    received_at: datetime
    folded_at: datetime | None = None


class Inbox(Protocol):
    """Every verified webhook, kept by the provider's event id."""

    def put(self, received: Received) -> Received:
        """Stores a webhook before it is acknowledged; where it is known already, answers what is stored.

        The answer is `received` itself where it was not known.
        """
        ...

    def get(self, provider: str, event_id: str) -> Received | None:
        """What is stored of an event."""
        ...


class PaymentsQueue(Protocol):
    """Hands facts to the worker that folds them, one after the other in each group."""

    def send(self, fact: Fact) -> None:
        """Queues a fact of the inbox; the same one again within five minutes is dropped. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Books:
    """All that an account's membership follows from, and the version of what was last written of it."""

    version: int
    orders: Sequence[Order]
    facts: Sequence[Fact]
    periods: tuple[Period, ...]


class Memberships(Protocol):
    """What was last folded of an account's payments."""

    def periods(self, account_id: str) -> tuple[Period, ...]:
        """The account's periods, one after the other."""
        ...


class Bookkeeping(Protocol):
    """The payment facts of accounts and what was folded from them."""

    def owner(self, fact: Fact) -> str | None:
        """The account that a fact belongs to: by its order, else by its payment; None while neither is known."""
        ...

    def attach(self, account_id: str, fact: Fact) -> None:
        """Keeps a fact with its account, and whose its payment is; the same again changes nothing."""
        ...

    def open(self, account_id: str) -> Books:
        """The account's books, consistently read: the version first."""
        ...

    def close(self, account_id: str, books: Books, outcome: Outcome, fact: Fact, now: datetime) -> bool:
        """Writes an outcome, all or nothing: orders, membership, allowance, and that the fact was folded.

        False where the books were written since they were opened. Counts of the allowance are never touched; an account
        that bought for an enterprise becomes one (U-II.III.1.4).
        """
        ...

    def mark_announced(self, account_id: str, order_id: str, name: str) -> None:
        """Records that an event of an order was published."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to one account, on record with its day (U-VIII)."""

    account_id: str
    id: str
    at: datetime
    subject: str
    text: str


class Notices(Protocol):
    """The notices of accounts."""

    def claim(self, notice: Notice) -> bool:
        """Takes a notice for sending, once: False where it was taken before."""
        ...

    def release(self, notice: Notice) -> None:
        """Gives a notice back that could not be sent."""
        ...

    def mark_sent(self, notice: Notice, sent_at: datetime) -> None:
        """Records when it was sent."""
        ...
