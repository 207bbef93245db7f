"""What comparing a provider's record with ours came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from allmytracks.payments.ledger.rules_folding import fold
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.rules import Fact

CORRECTED = ":listed"
"""Ends the name of a fact that was stored differently from what the provider has on record, as it should have been."""


class Verdict(StrEnum):
    """How a fact of the provider's record that is not simply known stands to ours.

    `missing`: it never arrived. `different`: it was stored otherwise, and that makes a difference to what somebody
    owns. `unattachable`: its owner is unknown.
    """

    MISSING = "missing"
    DIFFERENT = "different"
    UNATTACHABLE = "unattachable"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact that is not simply known; `fed_in` where it was stored now."""

    fact: Fact
    verdict: Verdict
    fed_in: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Facts by what was found; each is counted once."""

    known: int = 0
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.known + other.known, self.findings + other.findings)

    def count(self, verdict: Verdict) -> int:
        """How many facts have a verdict."""
        return sum(each.verdict is verdict for each in self.findings)

    @property
    def counted(self) -> int:
        """How many facts of the provider's record were looked at."""
        return self.known + len(self.findings)

    @property
    def drift(self) -> int:
        """How many facts had to be fed in: without this, they would have been lost."""
        return sum(each.fed_in for each in self.findings)


def same_effect(stored: Fact, listed: Fact) -> bool:
    """Whether two versions of one event say the same in all that folding reads."""
    return _read_by_folding(stored) == _read_by_folding(listed)


def _read_by_folding(fact: Fact) -> tuple[object, ...]:
    return (
        fact.kind,
        fact.occurred_at,
        fact.order_id,
        fact.subject,
        fact.amount,
        fact.currency,
        fact.references[:1],
    )


def changes_outcome(orders: Sequence[Order], facts: Sequence[Fact], listed: Fact) -> bool:
    """Whether an account would own something else, had it this fact too."""
    return fold(orders, facts) != fold(orders, [*facts, listed])


def corrected(listed: Fact) -> Fact:
    """The fact that sets right what was stored wrongly: facts are never changed, so it stands beside the wrong one."""
    return replace(listed, event_id=f"{listed.event_id}{CORRECTED}")
