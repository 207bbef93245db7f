"""Generated histories of payments, and a second reading of the rules that shares nothing with the product's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hypothesis import strategies as st

from allmytracks.memberships.rules_terms import end_of_term
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.payments import an_order, at

PAID = FactKind.PAYMENT_SUCCEEDED
NAMES = ("ord-1", "ord-2", "ord-3")
DECISIONS = (FactKind.ORDER_DECLINED, FactKind.MEMBERSHIP_CANCELLED)
ABOUT_ORDERS = (PAID, PAID, FactKind.PAYMENT_FAILED, FactKind.PAYMENT_AWAITED, FactKind.CHECKOUT_EXPIRED, *DECISIONS)
ABOUT_PAYMENTS = [kind for kind in FactKind if kind.startswith(("refund_", "dispute_", "charge_"))]
History = tuple[list[Order], list[Fact]]


@st.composite
def histories(draw: st.DrawFn, most_facts: int = 12) -> History:
    """Orders of one account and facts about them: paid up to twice, partly and wholly given back, disputed, failed.

    Few distinct instants, so that many fall on the same second; refunds and disputes name payment or charge or both.
    """
    names = NAMES[: draw(st.integers(1, 3))]
    orders = [
        an_order(name, term=draw(st.sampled_from(["month", "year"])), quoted_at=at(seconds=number))
        for number, name in enumerate(names)
    ]
    facts = []
    for number, name in enumerate(names):
        if draw(st.booleans()):
            facts.append(_payment(f"evt_paid_{name}", name, 1, at(days=draw(st.integers(0, 40)), seconds=number)))
    for number in range(draw(st.integers(0, most_facts))):
        name, payment = draw(st.sampled_from(names)), draw(st.sampled_from([1, 1, 2]))
        event_id = f"evt_{draw(st.integers(0, 99)):02d}_{number}"
        occurred_at = at(days=draw(st.integers(0, 80)), seconds=draw(st.integers(0, 1)))
        kind = draw(st.sampled_from([*ABOUT_ORDERS, *ABOUT_PAYMENTS * 2]))
        amount = draw(st.sampled_from([1990, 1990, 1990, 990, 1000]))
        if kind in ABOUT_ORDERS:
            facts.append(_payment(event_id, name, payment, occurred_at, kind, amount))
        else:
            facts.append(_later(draw, event_id, name, payment, occurred_at, kind, amount))
    return orders, facts


def _payment(
    event_id: str, name: str, payment: int, occurred_at: datetime, kind: FactKind = PAID, amount: int = 1990
) -> Fact:
    references = (f"pi_{name}_{payment}",) if kind not in DECISIONS else ()
    return Fact(
        "stripe", event_id, occurred_at, kind, kind.value, name, "acc-1", references, f"cs_{name}_{payment}",
        amount, "USD", "card",
    )  # fmt: skip


def _later(
    draw: st.DrawFn, event_id: str, name: str, payment: int, occurred_at: datetime, kind: FactKind, amount: int
) -> Fact:
    intent, charge = f"pi_{name}_{payment}", f"ch_{name}_{payment}"
    references: tuple[str, ...] = (intent, charge)
    if not kind.startswith("charge_"):
        references = draw(st.sampled_from([(intent,), (intent, charge), (charge,)]))
    number = draw(st.integers(1, 2))
    subject = charge if kind.startswith("charge_") else f"{kind.partition('_')[0]}_{name}_{payment}_{number}"
    return Fact(
        "stripe", event_id, occurred_at, kind, kind.value, None, None, references, subject, amount, "USD"
    )  # fmt: skip


@dataclass
class Naive:
    """Slower, and from scratch at every step: each prefix of an order's history is evaluated separately.

    It relies on how the ids above are made: pi_<order>_<n> and ch_<order>_<n> are one payment.
    """

    orders: Sequence[Order]
    facts: Sequence[Fact]

    def of(self, order: Order) -> list[Fact]:
        """The order's facts: a charge is known only where some fact names it beside its known payment."""
        once = {fact.event_id: fact for fact in self.facts}.values()
        known = {name for fact in once if fact.order_id == order.id for name in fact.references}
        for fact in once:
            if len(fact.references) > 1 and fact.references[0] in known:
                known = known | {fact.references[1]}
        about = [fact for fact in once if fact.order_id == order.id or known & set(fact.references)]
        return sorted(about, key=lambda fact: (fact.occurred_at, fact.event_id))

    @staticmethod
    def counting(order: Order, facts: Sequence[Fact]) -> set[str]:
        """The payments that count: refunding one that never counted changes nothing."""
        paid: dict[str, list[bool]] = {}
        for fact in facts:
            if fact.kind is PAID:
                paid.setdefault(fact.references[0].removeprefix("pi_"), []).append((fact.amount or 0) >= order.amount)
        wrong = {name for name, tries in paid.items() if not any(tries)}
        return {fact.references[0].partition("_")[2] for fact in facts if fact.references} - wrong

    def balance(self, order: Order, facts: Sequence[Fact], counting: set[str]) -> tuple[int, int]:
        """What was taken and what was given back."""
        taken = {fact.subject: fact.amount or 0 for fact in facts if fact.kind is PAID and fact.amount == order.amount}
        mine = [fact for fact in facts if fact.references and fact.references[0].partition("_")[2] in counting]
        refunds: dict[str | None, dict[FactKind, int]] = {}
        for fact in mine:
            if fact.kind.startswith("refund_"):
                refunds.setdefault(fact.subject, {})[fact.kind] = fact.amount or 0
        failed = sum(each[FactKind.REFUND_FAILED] for each in refunds.values() if FactKind.REFUND_FAILED in each)
        done = sum(
            each[FactKind.REFUND_SUCCEEDED]
            for each in refunds.values()
            if FactKind.REFUND_SUCCEEDED in each and FactKind.REFUND_FAILED not in each
        )
        charges: dict[str | None, list[int]] = {}
        for fact in mine:
            if fact.kind is FactKind.CHARGE_REFUNDED:
                charges.setdefault(fact.subject, []).append(fact.amount or 0)
        reported = sum(max(sums) for sums in charges.values())
        lost = [name for name, state in self.disputes(mine).items() if state is FactKind.DISPUTE_LOST]
        return sum(taken.values()), max(done, reported - failed) + len(lost) * order.amount

    @staticmethod
    def disputes(facts: Sequence[Fact]) -> dict[str | None, FactKind]:
        """The state of each dispute: its last decision, or open."""
        states: dict[str | None, FactKind] = {}
        for fact in facts:
            if fact.kind.startswith("dispute_") and (fact.kind is not FactKind.DISPUTE_OPENED):
                states[fact.subject] = fact.kind
        for fact in facts:
            if fact.kind is FactKind.DISPUTE_OPENED:
                states.setdefault(fact.subject, fact.kind)
        return states

    def returned_at(self, order: Order) -> datetime | None:
        """Since when all of the money is back, without a break until now."""
        facts, since = self.of(order), None
        counting = self.counting(order, facts)
        for length in range(len(facts), 0, -1):
            taken, back = self.balance(order, facts[:length], counting)
            if not taken or back < taken:
                break
            since = facts[length - 1].occurred_at
        return since

    def ended_at(self, order: Order) -> datetime | None:
        """When what was paid for ended before its term."""
        decisions = [fact.occurred_at for fact in self.of(order) if fact.kind in DECISIONS]
        returned_at = self.returned_at(order)
        return min(decisions + ([returned_at] if returned_at else []), default=None)

    def periods(self) -> list[tuple[str, datetime, datetime]]:
        """Each period with its order, start and end."""
        activated = []
        for order in self.orders:
            mine = self.of(order)
            declined = [number for number, fact in enumerate(mine) if fact.kind is FactKind.ORDER_DECLINED]
            in_time = mine[: declined[0]] if declined else mine
            payments = [fact for fact in in_time if fact.kind is PAID and fact.amount == order.amount]
            if payments:
                activated.append((payments[0].occurred_at, order.quoted_at, order))
        made: list[tuple[str, datetime, datetime]] = []
        for paid_at, _, order in sorted(activated, key=lambda each: each[:2]):
            start = paid_at
            while any(begin <= start < end for _, begin, end in made):
                start = max(end for _, begin, end in made if begin <= start < end)
            end = end_of_term(start, order.benefits.term)
            cut = self.ended_at(order)
            if cut is None or cut > start:
                made.append((order.id, start, min(end, cut or end)))
        return made
