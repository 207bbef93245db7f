"""Reconciliation while AWS or the provider fails: what never arrived is folded once all the same (M-II.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.orders.rules import OrderStatus
from allmytracks.payments.reconciliation.dynamodb import DynamoCheckpoints
from allmytracks.payments.reconciliation.ports import (
    Checkpoint,
    FactsPage,
    Listing,
    Position,
    Span,
)
from allmytracks.payments.reconciliation.use_cases.compare_records import CompareRecords
from allmytracks.payments.reconciliation.use_cases.reconcile_payments import ReconcilePayments
from allmytracks.payments.rules import FactKind
from tests.factories.payments import a_fact, at
from tests.fakes.foundation import FixedClock
from tests.fakes.payment_provider import MemoryHistory
from tests.faults.injector import (
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


@dataclass
class FallibleHistory(MemoryHistory):
    """The provider's record, whose calls fail as calls to AWS do."""

    calls: FallibleCalls | None = None

    def page(self, span: Span, position: Position) -> FactsPage:
        assert self.calls is not None
        found: list[FactsPage] = []
        self.calls.send("ListAtProvider", lambda: found.append(super(FallibleHistory, self).page(span, position)))
        return found[-1]


@pytest.fixture(scope="module")
def made(module_site: DownloadSite) -> Payments:
    return Payments(module_site)


@pytest.fixture
def payments(made: Payments) -> Iterator[Payments]:
    made.start()
    yield made
    made.site.injector.expect(no_faults)


def reconcile(payments: Payments, faults: dict[int, Fault]) -> tuple[list[str], list[str]]:
    """One comparison under faults, with a payment and a refund that never arrived."""
    account_id, paid = payments.new_order()
    refunded = a_fact(FactKind.REFUND_SUCCEEDED, f"evt-re-{payments.number}", at(minutes=7), paid.order_id, amount=500)
    standing = replace(refunded, event_id=f"re-{payments.number}:succeeded", subject=f"re-{payments.number}")
    listed = {Listing.EVENTS: [paid, refunded], Listing.REFUNDS: [standing]}
    history = FallibleHistory(f"stripe-{payments.number}", listed, calls=payments.site.injector)
    accounts, counters = payments.site.tables["accounts_table"], payments.site.tables["counters_table"]
    clock = FixedClock(at(days=1))
    compare = CompareRecords(
        history,
        payments.inbox,
        DynamoBookkeeping(accounts, counters),
        TakeInFact(payments.inbox, payments.queue, clock),
    )
    checkpoints = DynamoCheckpoints(accounts)
    run = ReconcilePayments(compare, checkpoints, clock)
    payments.queue.waiting.clear()
    payments.site.injector.expect(failing(faults))

    patiently(lambda: _finished(run))
    sent = payments.site.injector.sent
    payments.site.injector.expect(no_faults)
    while payments.queue.waiting:
        delivered = payments.queue.waiting.popleft()
        payments.fold(delivered.provider, delivered.event_id)

    order = payments.orders.get(account_id, str(paid.order_id))
    wrong = []
    if order.status_at(clock.now()) is not OrderStatus.PAID or order.settlement is None:
        wrong.append(f"the order is {order}")
    elif order.settlement.amount_returned not in (500, 1000):
        wrong.append(f"returned are {order.settlement.amount_returned}")
    end = clock.now() - timedelta(minutes=10)
    if checkpoints.get(history.provider) != Checkpoint(checkpoints.get(history.provider).version, end):
        wrong.append(f"the checkpoint is {checkpoints.get(history.provider)}")
    return [f"{ {n: str(fault) for n, fault in faults.items()} } in {sent}: {each}" for each in wrong], sent


def _finished(run: ReconcilePayments) -> None:
    assert run(lambda _tally: None)


# The SDK retries throttled calls; a killed function is started again an hour later.
FAULTS = [Fault(kind, moment) for kind in (Kind.THROTTLED, Kind.KILLED) for moment in Moment]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_one_fault_at_each_call(payments: Payments, fault: Fault) -> None:
    _, calls = reconcile(payments, {})
    assert {"ListAtProvider", "BatchGetItem", "PutItem", "SendMessage"} <= set(calls)
    assert [wrong for number in range(len(calls)) for wrong in reconcile(payments, {number: fault})[0]] == []
