"""Reading the payment provider's record, and the checkpoint of comparing it with ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from allmytracks.payments.rules import Fact


class Listing(StrEnum):
    """What can be listed: events, and the current refunds and disputes."""

    EVENTS = "events"
    REFUNDS = "refunds"
    DISPUTES = "disputes"


class Span(Struct, frozen=True):
    """From an instant up to, not including, another; in the provider's whole seconds."""

    since: datetime
    until: datetime


class Position(Struct, frozen=True):
    """Where the next page begins: a listing, and the provider's id of the entry before."""

    listing: Listing = Listing.EVENTS
    after: str | None = None


class FactsPage(Struct, frozen=True):
    """Up to a hundred facts, newest first; `after` names the last one where more follow."""

    facts: Sequence[Fact]
    after: str | None


class PaymentHistory(Protocol):
    """A provider's own record as facts. An event has the id and references of its webhook.

    The current state of a refund, a dispute or a checkout gets an id made of its id and state. All methods raise
    Unavailable.
    """

    @property
    def provider(self) -> str:
        """The provider's name in stored facts."""
        ...

    def page(self, span: Span, position: Position) -> FactsPage:
        """One page of a listing, for a span of time."""
        ...

    def payment(self, session_id: str) -> Sequence[Fact]:
        """The result of one checkout, with its refunds and disputes. Raises CheckoutNotKnown."""
        ...


class Run(Struct, frozen=True):
    """A comparison in progress: its span and position."""

    span: Span
    position: Position


class Checkpoint(Struct, frozen=True):
    """Until when all was compared, and the run in progress; `version` counts its changes."""

    version: int = 0
    until: datetime | None = None
    run: Run | None = None


class Checkpoints(Protocol):
    """The checkpoint of each provider."""

    def get(self, provider: str) -> Checkpoint:
        """The provider's checkpoint; a new one where nothing was ever compared."""
        ...

    def move(self, provider: str, checkpoint: Checkpoint) -> bool:
        """Stores a checkpoint over the version before its own; False where another was stored meanwhile.

        Idempotent.
        """
        ...
