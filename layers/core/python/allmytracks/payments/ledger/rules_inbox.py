"""What lies in the inbox of payment events, and where each of it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from allmytracks.payments.rules import Fact, FactKind


class ReceivedStatus(StrEnum):
    """Where a received event stands.

    `unfolded`: on its way to its account. `unattached`: it names no order or payment of ours, or none yet. `dismissed`:
    unattached, and an operator found that it is none of ours. `without_effect`: of a kind that changes nothing here.
    """

    UNFOLDED = "unfolded"
    UNATTACHED = "unattached"
    FOLDED = "folded"
    DISMISSED = "dismissed"
    WITHOUT_EFFECT = "without_effect"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a fact is. Without an order it is on record with the account and has no effect on what it owns."""

    account_id: str
    order_id: str | None


@dataclass(frozen=True, slots=True)
class Ruling:
    """An operator's decision on an unattached event: its owner, or None where it is dismissed."""

    owner: Owner | None
    reason: str
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """A payment fact as it lies in the inbox; `folded_at` since it had its effect, `sweeps` how often it was queued
    again because it had none.
    """

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
        """The fact as it is folded: with the order that an operator attached it to, where one did."""
        if self.ruling is None or self.ruling.owner is None:
            return self.fact
        return replace(self.fact, order_id=self.ruling.owner.order_id, account_id=self.ruling.owner.account_id)
