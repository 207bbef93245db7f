"""The results of comparing a provider's record with ours."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.payments.ledger.rules_folding import fold
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.rules import Fact

CORRECTED = ":listed"
"""The suffix of the id of a fact that corrects one stored differently from the provider's record."""


class Verdict(StrEnum):
    """How a fact of the provider's record compares with ours, where it is not simply known.

    `missing`: it never arrived. `different`: it was stored differently, with an effect on a membership. `unattachable`:
    its owner is unknown.
    """

    MISSING = "missing"
    DIFFERENT = "different"
    UNATTACHABLE = "unattachable"


class Finding(Struct, frozen=True):
    """A fact that is not simply known; `fed_in` where it is stored now."""

    fact: Fact
    verdict: Verdict
    fed_in: bool


class Tally(Struct, frozen=True):
    """Counts of facts by verdict; each is counted once."""

    known: int = 0
    findings: tuple[Finding, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.known + other.known, self.findings + other.findings)

    def count(self, verdict: Verdict) -> int:
        """How many facts have a verdict."""
        return sum(each.verdict is verdict for each in self.findings)

    @property
    def counted(self) -> int:
        """How many facts of the provider's record were compared."""
        return self.known + len(self.findings)

    @property
    def drift(self) -> int:
        """How many facts had to be fed in, and would have been lost without reconciliation."""
        return sum(each.fed_in for each in self.findings)


def same_effect(stored: Fact, listed: Fact) -> bool:
    """Whether two versions of one event agree in all that folding reads."""
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
    """Whether this fact would change the account's membership."""
    return fold(orders, facts) != fold(orders, [*facts, listed])


def corrected(listed: Fact) -> Fact:
    """The fact that corrects a wrongly stored one: facts are immutable, so it is stored beside the wrong one."""
    return replace(listed, event_id=f"{listed.event_id}{CORRECTED}")
