"""Asking the payment provider what it has on record, and remembering how far that was compared with ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from allmytracks.payments.rules import Fact


class Listing(StrEnum):
    """What can be listed: what happened, and what was returned or is disputed as it stands now."""

    EVENTS = "events"
    REFUNDS = "refunds"
    DISPUTES = "disputes"


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant on, up to another that it does not hold; the provider counts in whole seconds."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """Where the next page begins: a listing, and the provider's name of what comes before."""

    listing: Listing = Listing.EVENTS
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Up to a hundred facts, newest first; `after` names the last one where more follow."""

    facts: Sequence[Fact]
    after: str | None


class PaymentHistory(Protocol):
    """A provider's own record, told as facts. An event has the name and references that its webhook has.

    A refund, a dispute or a checkout that is reported in its current state gets an id made of its id and state.
    All raise Unavailable.
    """

    @property
    def provider(self) -> str:
        """The name under which facts of this provider are kept."""
        ...

    def page(self, span: Span, position: Position) -> Page:
        """One page of what happened, or of what was made, in a span of time."""
        ...

    def payment(self, session_id: str) -> Sequence[Fact]:
        """What one checkout came to, with its refunds and disputes. Raises CheckoutNotKnown."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """A comparison that goes on: its span, and where it stands."""

    span: Span
    position: Position


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Until when all was compared, and what is being compared now; `version` counts its changes."""

    version: int = 0
    until: datetime | None = None
    run: Run | None = None


class Checkpoints(Protocol):
    """How far each provider's record was compared with ours."""

    def get(self, provider: str) -> Checkpoint:
        """The provider's checkpoint; a new one where nothing was ever compared."""
        ...

    def move(self, provider: str, checkpoint: Checkpoint) -> bool:
        """Stores a checkpoint over the version before its own; False where another was stored meanwhile.

        The same one may be stored again.
        """
        ...
