"""The events in the inbox of payment events, and their status."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.payments.rules import Fact, FactKind


class ReceivedStatus(StrEnum):
    """The status of a received event.

    `unfolded`: on its way to its account. `unattached`: it names no order or payment of ours, or none yet. `dismissed`:
    unattached, and an operator ruled that it is not ours. `without_effect`: of a kind without effect.
    """

    UNFOLDED = "unfolded"
    UNATTACHED = "unattached"
    FOLDED = "folded"
    DISMISSED = "dismissed"
    WITHOUT_EFFECT = "without_effect"


class Owner(Struct, frozen=True):
    """The owner of a fact. Without an order it is on record with the account and has no effect on its membership."""

    account_id: str
    order_id: str | None


class Ruling(Struct, frozen=True):
    """An operator's decision on an unattached event: its owner, or None where it is dismissed."""

    owner: Owner | None
    reason: str
    operator: str
    at: datetime


class Received(Struct, frozen=True):
    """A payment fact in the inbox; `folded_at` is when it was folded, `sweeps` how often the sweep queued it again."""

    fact: Fact
    received_at: datetime
    folded_at: datetime | None = None
    unattached_since: datetime | None = None
    ruling: Ruling | None = None
    sweeps: int = 0

    @property
    def status(self) -> ReceivedStatus:
        if self.folded_at is not None:
            return ReceivedStatus.FOLDED
        if self.fact.kind is FactKind.OTHER:
            return ReceivedStatus.WITHOUT_EFFECT
        if self.ruling is not None:
            return ReceivedStatus.DISMISSED if self.ruling.owner is None else ReceivedStatus.UNFOLDED
        return ReceivedStatus.UNFOLDED if self.unattached_since is None else ReceivedStatus.UNATTACHED

    @property
    def ruled_fact(self) -> Fact:
        """The fact to fold: with the order that an operator attached it to, if any."""
        if self.ruling is None or self.ruling.owner is None:
            return self.fact
        return replace(self.fact, order_id=self.ruling.owner.order_id, account_id=self.ruling.owner.account_id)
