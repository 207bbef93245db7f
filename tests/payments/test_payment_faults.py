"""A paid webhook while AWS fails: nothing is lost and nothing happens twice, whatever failed and when (M-II.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pytest
from msgspec.structs import replace

from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.payments.ledger.use_cases.replay_payments import Replayed, ReplayPayments
from allmytracks.payments.orders.rules import OrderStatus
from allmytracks.payments.ports import DeadLetter, Received
from allmytracks.payments.rules import FactKind, FactName
from tests.factories.payments import a_fact, an_order, at
from tests.fakes.foundation import CountedIds, FixedClock, MemoryAuditLog
from tests.fakes.payment_provider import MemoryDeadLetters, MemoryProvider
from tests.faults.injector import (
    EVERY_FAULT,
    FallibleCalls,
    Fault,
    Kind,
    Moment,
    no_faults,
)
from tests.faults.payments import Payments, patiently
from tests.faults.site import DownloadSite
from tests.faults.verdicts import failing

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("M-II.3")]


@pytest.fixture(scope="module")
def made(module_site: DownloadSite) -> Payments:
    return Payments(module_site)


@pytest.fixture
def payments(made: Payments) -> Iterator[Payments]:
    made.start()
    yield made
    made.site.injector.expect(no_faults)


def pay(payments: Payments, faults: dict[int, Fault]) -> tuple[list[str], list[str]]:
    """One payment under faults: what was wrong in the end, and what was sent."""
    account_id, fact = payments.new_order()
    body, headers = MemoryProvider.signed(fact)
    payments.queue.waiting.clear()
    payments.bus.published.clear()
    payments.site.injector.expect(failing(faults))
    patiently(lambda: payments.receive("stripe", body, headers))
    stored = payments.stored.get(fact.provider, fact.event_id)
    queued = {each.event_id for each in payments.queue.waiting}
    while payments.queue.waiting:
        delivered = payments.queue.waiting.popleft()
        patiently(partial(payments.fold, delivered.provider, delivered.event_id))
    sent = payments.site.injector.sent
    payments.site.injector.expect(no_faults)
    payments.receive("stripe", body, headers)
    wrong = []
    if stored is None or queued != {fact.event_id}:
        wrong.append(f"acknowledged when stored were {stored} and queued {queued}")
    if [period.order_id for period in payments.memberships.periods(account_id)] != [fact.order_id]:
        wrong.append(f"the periods are {payments.memberships.periods(account_id)}")
    if len(payments.site.ledger.allowance(account_id)["periods"]["L"]) != 1:
        wrong.append(f"the allowance is {payments.site.ledger.allowance(account_id)}")
    if not payments.bus.published or len(set(payments.bus.published)) != 1:
        wrong.append(f"published {payments.bus.published}")
    if payments.queue.waiting:
        wrong.append("what was folded is queued again")
    return [f"{ {n: str(fault) for n, fault in faults.items()} } in {sent}: {each}" for each in wrong], sent


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_one_fault_at_each_call(payments: Payments, fault: Fault) -> None:
    _, calls = pay(payments, {})
    assert {"PutItem", "SendMessage", "TransactWriteItems", "PutEvents"} <= set(calls)
    assert [wrong for number in range(len(calls)) for wrong in pay(payments, {number: fault})[0]] == []


def test_a_fold_that_meets_a_download_is_tried_again_at_once(payments: Payments) -> None:
    """The queue brings a failed message back after three minutes, and so long the member would wait."""
    account_id, fact = payments.new_order()
    payments.receive("stripe", *MemoryProvider.signed(fact))
    conflicts = iter([Fault(Kind.CONFLICT, Moment.BEFORE)] * 2)
    payments.site.injector.expect(
        lambda _number, operation: next(conflicts, None) if operation == "TransactWriteItems" else None
    )

    payments.fold(fact.provider, fact.event_id)

    assert payments.site.injector.sent.count("TransactWriteItems") == 3
    assert [period.order_id for period in payments.memberships.periods(account_id)] == [fact.order_id]


def test_an_announcement_is_marked_although_another_fold_holds_the_order(payments: Payments) -> None:
    """A member's decision is folded by the request and by the worker at the same moment."""
    account_id, fact = payments.new_order()
    payments.receive("stripe", *MemoryProvider.signed(fact))
    conflicts = iter([Fault(Kind.CONFLICT, Moment.BEFORE)])
    payments.site.injector.expect(
        lambda _number, operation: (
            next(conflicts, None) if operation == "UpdateItem" and "PutEvents" in payments.site.injector.sent else None
        )
    )

    payments.fold(fact.provider, fact.event_id)

    assert payments.orders.get(account_id, str(fact.order_id)).announced == {"MembershipActivated"}
    assert len(payments.bus.published) == 1


def test_an_order_that_is_placed_twice_at_once_is_tried_again_at_once(payments: Payments) -> None:
    order = an_order("ord-twice")
    conflicts = iter([Fault(Kind.CONFLICT, Moment.BEFORE)])
    payments.site.injector.expect(
        lambda _number, operation: next(conflicts, None) if operation == "TransactWriteItems" else None
    )

    assert payments.orders.add(order) is order
    assert payments.orders.add(replace(order)) is not order


# Without effect, and with: enough where every call of a long way is failed.
FEW_FAULTS = [Fault(Kind.KILLED, Moment.BEFORE), Fault(Kind.TIMED_OUT, Moment.AFTER)]


def work_off(payments: Payments) -> None:
    while payments.queue.waiting:
        delivered = payments.queue.waiting.popleft()
        patiently(partial(payments.fold, delivered.provider, delivered.event_id))


def refund_first(payments: Payments, faults: dict[int, Fault]) -> tuple[list[str], list[str]]:
    """A refund overtakes its payment: what was wrong in the end, and what was sent."""
    account_id, paid = payments.new_order()
    refund = a_fact(FactKind.REFUND_SUCCEEDED, f"re-{paid.event_id}", at(minutes=5, seconds=1), paid.order_id)
    payments.queue.waiting.clear()
    payments.bus.published.clear()
    payments.site.injector.expect(failing(faults))
    for fact in (refund, paid):
        body, headers = MemoryProvider.signed(fact)
        patiently(partial(payments.receive, "stripe", body, headers))
        work_off(payments)
    # Killed between two of the steps that follow, the worker has its message again; the sweep finds what has none.
    patiently(payments.sweep)
    work_off(payments)
    sent = payments.site.injector.sent
    payments.site.injector.expect(no_faults)
    wrong = []
    order = payments.orders.get(account_id, str(paid.order_id))
    if order.settlement is None or order.settlement.status is not OrderStatus.REFUNDED:
        wrong.append(f"the order is {order.settlement}")
    if payments.site.ledger.allowance(account_id)["periods"]["L"]:
        wrong.append(f"the allowance is {payments.site.ledger.allowance(account_id)}")
    stored = [payments.stored.get("stripe", fact.event_id) for fact in (refund, paid)]
    if any(each is None or each.folded_at is None for each in stored):
        wrong.append(f"the inbox holds {stored}")
    if {event.name for event in payments.bus.published} != {"MembershipActivated", "PaymentReturned"}:
        wrong.append(f"published {payments.bus.published}")
    return [f"{ {n: str(fault) for n, fault in faults.items()} } in {sent}: {each}" for each in wrong], sent


@pytest.mark.clause("M-II.8")
@pytest.mark.parametrize("fault", FEW_FAULTS, ids=str)
def test_one_fault_at_each_call_while_a_refund_overtakes_its_payment(payments: Payments, fault: Fault) -> None:
    _, calls = refund_first(payments, {})
    assert calls.count("UpdateItem") >= 5
    assert [wrong for number in range(len(calls)) for wrong in refund_first(payments, {number: fault})[0]] == []


def sweep_up(payments: Payments, faults: dict[int, Fault]) -> tuple[list[str], list[str]]:
    """A payment was stored and never queued; the sweep finds it."""
    account_id, paid = payments.new_order()
    payments.queue.waiting.clear()
    payments.inbox.put(Received(paid, at(minutes=-10)))
    payments.site.injector.expect(failing(faults))
    patiently(payments.sweep)
    work_off(payments)
    sent = payments.site.injector.sent
    payments.site.injector.expect(no_faults)
    periods = payments.memberships.periods(account_id)
    payments.sweep()
    wrong = [] if len(periods) == 1 else [f"the periods are {periods}"]
    wrong += [] if not payments.queue.waiting else ["what was folded is queued again"]
    return [f"{ {n: str(fault) for n, fault in faults.items()} } in {sent}: {each}" for each in wrong], sent


@pytest.mark.parametrize("fault", FEW_FAULTS, ids=str)
def test_one_fault_at_each_call_of_the_sweep(payments: Payments, fault: Fault) -> None:
    _, calls = sweep_up(payments, {})
    assert calls[:3] == ["Query", "SendMessage", "UpdateItem"]
    assert [wrong for number in range(len(calls)) for wrong in sweep_up(payments, {number: fault})[0]] == []


@dataclass
class FallibleLetters:
    """The dead-letter queue: what was taken and not removed shows again."""

    calls: FallibleCalls
    letters: MemoryDeadLetters

    def take(self) -> Sequence[DeadLetter]:
        return self.calls.send("ReceiveMessage", self.letters.take)

    def remove(self, letter: DeadLetter) -> None:
        self.calls.send("DeleteMessage", lambda: self.letters.remove(letter))


def replay_dead(payments: Payments, faults: dict[int, Fault]) -> tuple[list[str], list[str]]:
    """Two payments are dead letters; the operator repeats the replay until nothing is queued any more."""
    members = [payments.new_order() for _ in range(2)]
    letters = MemoryDeadLetters([FactName("stripe", fact.event_id) for _, fact in members])
    payments.queue.waiting.clear()
    for _, fact in members:
        payments.inbox.put(Received(fact, at(minutes=6)))
    audit = Audit(MemoryAuditLog(), FixedClock(at(minutes=6)), CountedIds())
    dead_letters = FallibleLetters(payments.site.injector, letters)
    replay = ReplayPayments(payments.inbox, payments.queue, dead_letters, audit, CountedIds())
    operator = Operator("arn:aws:iam::123456789012:user/ada", "192.0.2.7")
    counts: list[Replayed] = []
    payments.site.injector.expect(failing(faults))
    for _ in range(3):
        patiently(lambda: counts.append(replay.dead(operator)))
    work_off(payments)
    sent = payments.site.injector.sent
    payments.site.injector.expect(no_faults)
    wrong = [f"dead letters are left: {letters.names}"] if letters.names else []
    for account_id, fact in members:
        periods = [period.order_id for period in payments.memberships.periods(account_id)]
        wrong += [] if periods == [fact.order_id] else [f"the periods are {periods}"]
    return [f"{ {n: str(fault) for n, fault in faults.items()} } in {sent}: {each}" for each in wrong], sent


@pytest.mark.parametrize("fault", FEW_FAULTS, ids=str)
def test_one_fault_at_each_call_of_a_replay_of_dead_letters(payments: Payments, fault: Fault) -> None:
    _, calls = replay_dead(payments, {})
    until_folding = calls.index("PutItem")
    assert calls[:until_folding].count("DeleteMessage") == 2
    assert [wrong for number in range(until_folding) for wrong in replay_dead(payments, {number: fault})[0]] == []
