"""Payments are facts (design, section 6): one fact is one event of a payment provider in our own terms.

An account's membership is a function of its set of facts: payments/ledger/rules_folding.py.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Struct

from allmytracks.foundation.errors import Conflict, Malformed, NotFound, Unavailable

# An event's id that fits every key, index and cursor, from any provider.
EventId = Annotated[
    str,
    msgspec.Meta(
        min_length=1, max_length=255, pattern=r"^[!-~]+\Z", description="1 to 255 ASCII characters without a space"
    ),
]
EventType = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
# Minor units; no real sum is larger, and DynamoDB's numbers have a limit.
LARGEST_SUM = 2**53


class FactKind(StrEnum):
    """A provider's report, or a decision of an operator or the member.

    `payment_awaited`: the checkout is complete, the money is still in transit. `charge_refunded` reports the sum
    refunded of a payment so far; the `refund_…` kinds report one refund. `order_declined` and `membership_cancelled`
    end what an order paid for at once (M-II.2, M-V.2). `subscription_cancelled` ends cloud storage as S-8 says; its
    `amount` is what is to be given back in all. `payment_named` names a payment by a further id. `other` is stored and
    has no effect.
    """

    PAYMENT_AWAITED = "payment_awaited"
    PAYMENT_SUCCEEDED = "payment_succeeded"
    PAYMENT_FAILED = "payment_failed"
    CHECKOUT_EXPIRED = "checkout_expired"
    CHARGE_REFUNDED = "charge_refunded"
    REFUND_PENDING = "refund_pending"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    ORDER_DECLINED = "order_declined"
    MEMBERSHIP_CANCELLED = "membership_cancelled"
    SUBSCRIPTION_CANCELLED = "subscription_cancelled"
    PAYMENT_NAMED = "payment_named"
    OTHER = "other"


class InvalidSignature(Malformed):
    """The webhook was not signed by the provider, or was altered."""

    code = "invalid_signature"


class StaleSignature(Malformed):
    """The webhook's signature is too old (replay protection)."""

    code = "stale_signature"


class FactNotKnown(NotFound):
    """The inbox holds no such event."""

    code = "payment_event_not_known"


class FactFolded(Conflict):
    """The event is folded into an account already and stays there."""

    code = "payment_event_folded"


class FactWithoutEffect(Conflict):
    """The event is of a kind without effect: on record, and nothing to fold."""

    code = "payment_event_without_effect"


class CheckoutNotKnown(NotFound):
    """The provider has no such checkout on record."""

    code = "checkout_not_known"


class ProviderRefused(Unavailable):
    """The payment provider does not accept our key: an operator has to act."""

    code = "payment_provider_refused"


class UnknownProvider(NotFound):
    """No payment provider of this name sends webhooks to us."""

    code = "provider_not_found"


class FactName(Struct, frozen=True):
    """The provider and id of an event: the whole queue message, as the inbox holds the fact itself."""

    provider: str
    event_id: str


class Fact(Struct, frozen=True):
    """One event of a payment provider, reduced to the fields that may be stored (P-7.payment).

    `references` are the provider's ids of the payment (payment intent, charge); `subject` is the id of the session,
    refund or dispute that the event is about. `amount` in the currency's minor unit; `currency` in upper case. Of a
    monthly plan, `covers_from` is the start of the month that is paid, and `renews` the order that the plan began with
    where `order_id` is that of a further month.
    """

    provider: str
    event_id: str
    occurred_at: datetime
    kind: FactKind
    source_kind: str
    order_id: str | None = None
    account_id: str | None = None
    references: tuple[str, ...] = ()
    subject: str | None = None
    amount: int | None = None
    currency: str | None = None
    method: str | None = None
    reason: str | None = None
    covers_from: datetime | None = None
    renews: str | None = None

    @property
    def place(self) -> tuple[datetime, str, str]:
        """The fact's sort key in its account's history: the provider's time, then its ids."""
        return (self.occurred_at, self.provider, self.event_id)
