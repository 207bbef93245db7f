"""An operator declines a paid order while AWS fails: repeated until it went well, it is declined once (M-II.2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from allmytracks.payments.events import OrderDeclined
from allmytracks.payments.ledger.use_cases.end_order import OPERATOR, EndOrder
from allmytracks.payments.orders.rules import OrderStatus
from allmytracks.payments.rules import FactKind
from tests.factories.payments import at
from tests.fakes.foundation import FixedClock
from tests.faults.injector import EVERY_FAULT, Fault, Kind, no_faults
from tests.faults.payments import Payments, patiently
from tests.faults.site import DownloadSite
from tests.faults.verdicts import failing

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("M-II.2")]
TOLD = [each for each in EVERY_FAULT if each.kind is Kind.KILLED]


@pytest.fixture
def payments(module_site: DownloadSite) -> Iterator[Payments]:
    made = Payments(module_site)
    made.start()
    yield made
    module_site.injector.expect(no_faults)


def decline(payments: Payments, faults: dict[int, Fault]) -> tuple[list[str], list[str]]:
    """One paid order, declined under faults by an operator who retries a minute later each time."""
    account_id, fact = payments.new_order()
    payments.receive.take_in_fact(fact)
    payments.fold(fact.provider, fact.event_id)
    order = payments.orders.get(account_id, str(fact.order_id))
    clock = FixedClock(at(days=2))
    end = EndOrder(payments.receive.take_in_fact, payments.fold, clock)
    payments.bus.published.clear()

    def act() -> None:
        try:
            end(order, FactKind.ORDER_DECLINED, "untrue_data", by=OPERATOR)
        finally:
            clock.advance(minutes=1)

    payments.site.injector.expect(failing(faults))
    patiently(act)
    sent = payments.site.injector.sent
    payments.site.injector.expect(no_faults)
    declined = payments.orders.get(account_id, order.id)
    wrong = []
    if (declined.status_at(clock.now()), declined.amount_to_settle) != (OrderStatus.DECLINED, 1990):
        wrong.append(f"settled as {declined.settlement}")
    if [period.ends_at for period in payments.memberships.periods(account_id)] not in [
        [at(days=2, minutes=tries)] for tries in range(3)
    ]:
        wrong.append(f"the periods are {payments.memberships.periods(account_id)}")
    if set(payments.bus.published) != {OrderDeclined(account_id, order.id)}:
        wrong.append(f"published {payments.bus.published}")
    return [f"{ {n: str(fault) for n, fault in faults.items()} } in {sent}: {each}" for each in wrong], sent


@pytest.mark.parametrize("fault", TOLD, ids=str)
def test_one_fault_at_each_call(payments: Payments, fault: Fault) -> None:
    payments.number = 1000 * (1 + TOLD.index(fault))  # accounts of its own
    _, calls = decline(payments, {})
    assert {"PutItem", "TransactWriteItems", "PutEvents"} <= set(calls)

    wrong = [each for number in range(len(calls)) for each in decline(payments, {number: fault})[0]]

    assert wrong == []
