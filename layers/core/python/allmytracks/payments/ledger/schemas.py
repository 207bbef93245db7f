"""Request and response bodies of the operators' routes for payment events."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.ledger.rules_inbox import Owner, Received
from allmytracks.payments.ledger.use_cases.inspect_payments import EventFile
from allmytracks.payments.rules import Fact

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]


SHELVES = "unfolded, unattached or a day such as 2026-11-24"


class EventsQuery(msgspec.Struct):
    """Which page of which shelf: `unfolded`, `unattached`, or a day (UTC)."""

    shelf: Annotated[str, msgspec.Meta(pattern=r"^(unfolded|unattached|\d{4}-\d{2}-\d{2})$", description=SHELVES)] = (
        "unfolded"
    )
    limit: Limit = 50
    cursor: str | None = None


class ReplaysForm(msgspec.Struct):
    """Received from the one instant up to, not including, the other (with their zones)."""

    received_from: Instant
    received_to: Instant
    limit: Limit = 50
    cursor: str | None = None


class RulingForm(msgspec.Struct):
    """The owner of an event: an order or an account; or, with neither, not ours."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    order_id: str | None = None
    account_id: str | None = None


class FactAnswer(msgspec.Struct):
    """A payment fact; `amount` in the currency's minor unit."""

    event_id: str
    provider: str
    kind: str
    source_kind: str
    occurred_at: str
    order_id: str | None
    account_id: str | None
    references: list[str]
    subject: str | None
    amount: int | None
    currency: str | None
    method: str | None
    reason: str | None


class ReceivedAnswer(FactAnswer):
    """An event in the inbox, and what an operator ruled on it."""

    status: str
    received_at: str
    folded_at: str | None
    unattached_since: str | None
    queued_again: int
    ruled_order: str | None
    ruled_account: str | None
    ruled_by: str | None
    ruled_at: str | None
    ruling: str | None


class EventFileAnswer(ReceivedAnswer):
    """One event, with its owner."""

    owner_order: str | None
    owner_account: str | None


class EventsAnswer(msgspec.Struct):
    """One page of events, oldest first."""

    items: list[ReceivedAnswer]
    next_cursor: str | None


class FactsAnswer(msgspec.Struct):
    """The facts of an account, in the provider's chronological order."""

    items: list[FactAnswer]


class ReplayAnswer(msgspec.Struct):
    """How many events were queued and how many left out; where to resume, if not done."""

    queued: int
    left_out: int
    next_cursor: str | None


def fact_answer(fact: Fact) -> FactAnswer:
    """A fact in a response."""
    return FactAnswer(
        event_id=fact.event_id,
        provider=fact.provider,
        kind=fact.kind.value,
        source_kind=fact.source_kind,
        occurred_at=rfc3339(fact.occurred_at),
        order_id=fact.order_id,
        account_id=fact.account_id,
        references=list(fact.references),
        subject=fact.subject,
        amount=fact.amount,
        currency=fact.currency,
        method=fact.method,
        reason=fact.reason,
    )


def received_answer(received: Received) -> ReceivedAnswer:
    """An event in a list."""
    ruling = received.ruling
    owner = ruling.owner if ruling else None
    return ReceivedAnswer(
        **msgspec.structs.asdict(fact_answer(received.fact)),
        status=received.status.value,
        received_at=rfc3339(received.received_at),
        folded_at=rfc3339(received.folded_at) if received.folded_at else None,
        unattached_since=rfc3339(received.unattached_since) if received.unattached_since else None,
        queued_again=received.sweeps,
        ruled_order=owner.order_id if owner else None,
        ruled_account=owner.account_id if owner else None,
        ruled_by=ruling.operator if ruling else None,
        ruled_at=rfc3339(ruling.at) if ruling else None,
        ruling=ruling.reason if ruling else None,
    )


def event_file_answer(file: EventFile) -> EventFileAnswer:
    """One event, with its owner."""
    owner: Owner | None = file.owner
    return EventFileAnswer(
        **msgspec.structs.asdict(received_answer(file.received)),
        owner_order=owner.order_id if owner else None,
        owner_account=owner.account_id if owner else None,
    )
