"""What an operator does to an account during a running membership: access ends at once, and no fee goes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.downloads.dynamodb_allowances import DynamoAllowances
from allmytracks.enforcement.dynamodb_standings import DynamoStandings
from allmytracks.enforcement.rules_standings import MeasureKind
from allmytracks.enforcement.use_cases.take_measure import Measure, TakeMeasure
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.aws.models import Table
from allmytracks.memberships.dynamodb import DynamoMemberships
from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping
from allmytracks.payments.ledger.dynamodb_inbox import DynamoInbox
from allmytracks.payments.ledger.use_cases.cancel_membership import CancelMembership, CancelMembershipAsOperator
from allmytracks.payments.ledger.use_cases.end_order import EndOrder
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.orders.dynamodb import DynamoOrders
from allmytracks.payments.orders.rules_fees import Fees, fees_of
from allmytracks.payments.rules import FactKind
from tests.factories.accounts import account
from tests.factories.allowances import grant
from tests.factories.instants import NOW
from tests.factories.payments import a_fact, an_order
from tests.fakes.foundation import CountedIds, FixedClock, MemoryAuditLog, MemoryEvents
from tests.fakes.payment_provider import MemoryQueue

pytestmark = pytest.mark.dynamodb
ADA = Operator("arn:aws:iam::123456789012:user/ada", "192.0.2.7")
FACTS = [a_fact(FactKind.PAYMENT_SUCCEEDED, f"evt_{n}", NOW, f"ord-{n}", subject=f"cs_{n}") for n in (1, 2)]


@dataclass
class Desk:
    """A member who paid for two periods, and the operators' use cases on the real tables."""

    allowances: DynamoAllowances
    orders: DynamoOrders
    measures: TakeMeasure
    cancel: CancelMembershipAsOperator
    clock: FixedClock

    def measure(self, kind: MeasureKind) -> None:
        until = self.clock.now() + timedelta(days=9) if kind is MeasureKind.RESTRICT else None
        self.measures(Measure(kind, "acc-1", Reason.FRAUD, until), ADA)

    def fees(self) -> tuple[Fees, ...]:
        return fees_of(self.orders.all("acc-1"))


@pytest.fixture
def desk(accounts_table: Table, counters_table: Table) -> Desk:
    clock, accounts, orders = FixedClock(NOW), DynamoAccounts(accounts_table), DynamoOrders(accounts_table)
    accounts.add(account(), [])
    fold = FoldPayments(
        DynamoInbox(accounts_table), DynamoBookkeeping(accounts_table, counters_table), MemoryEvents(), clock
    )
    take_in = TakeInFact(DynamoInbox(accounts_table), MemoryQueue(), clock)
    for fact in FACTS:
        orders.add(an_order(str(fact.order_id), quoted_at=NOW))
        take_in(fact)
        fold(fact.provider, fact.event_id)
    audit = Audit(MemoryAuditLog(), clock, CountedIds())
    ending = CancelMembership(DynamoMemberships(accounts_table), orders, EndOrder(take_in, fold, clock), clock)
    return Desk(
        DynamoAllowances(counters_table, accounts_table),
        orders,
        TakeMeasure(accounts, DynamoStandings(counters_table, accounts_table), MemoryEvents(), audit, clock),
        CancelMembershipAsOperator(accounts, ending, audit),
        clock,
    )


ENDINGS: dict[str, Callable[[Desk], object]] = {
    "restriction": lambda desk: desk.measure(MeasureKind.RESTRICT),
    "ban": lambda desk: desk.measure(MeasureKind.BAN),
    "cancellation": lambda desk: desk.cancel("acc-1", Reason.ROBOT_PURCHASE, ADA),
}


@pytest.mark.clause("M-V.2")
@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
def test_access_ends_immediately_and_no_fee_is_refunded(desk: Desk, end: Callable[[Desk], object]) -> None:
    desk.clock.advance(minutes=1)
    assert grant(desk.allowances, "before", desk.clock.now()) is None
    paid = desk.fees()
    assert [each.kept for each in paid] == [2 * 1990]

    end(desk)

    for moment in (timedelta(), timedelta(days=1)):
        assert grant(desk.allowances, f"after {moment}", desk.clock.now() + moment, track_id="trk-2") is not None
    assert desk.fees() == paid
    for order in desk.orders.all("acc-1"):
        assert order.settlement is not None
        assert (order.amount_to_settle, order.settlement.amount_returned, order.settlement.returned_at) == (0, 0, None)
