"""A subscription is cancelled by many at once, on the real DynamoDB: one decision, one sum, one refund (S-8)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping
from allmytracks.payments.ledger.dynamodb_inbox import DynamoInbox
from allmytracks.payments.ledger.dynamodb_subscriptions import DynamoSubscriptions
from allmytracks.payments.ledger.use_cases.carry_out_cancellation import CarryOutCancellation
from allmytracks.payments.ledger.use_cases.end_order import EndOrder
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
from allmytracks.payments.orders.dynamodb import DynamoOrders
from allmytracks.payments.orders.rules_storage import Mode, subscription_id_of
from allmytracks.payments.rules import FactKind
from allmytracks.storage.dynamodb_trials import DynamoTrials
from allmytracks.storage.rules_cancelling import NotCancellable
from allmytracks.storage.use_cases.cancel_subscription import Cancelled, CancelSubscription
from allmytracks.storage.use_cases.show_subscriptions import ShowSubscriptions
from tests.factories.accounts import account
from tests.factories.payments import START
from tests.factories.subscriptions import paid_in_full, storage_order
from tests.fakes.foundation import FixedClock, MemoryEvents
from tests.fakes.payment_provider import MemoryQueue
from tests.fakes.subscriptions import MemoryCancelling

TIMES = 8
YEAR = storage_order("ord_y1", Mode.YEAR)
NAME = subscription_id_of(YEAR.id)

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("S-8.2.1", "S-8.operator")]


def test_of_many_cancellations_at_once_one_holds_and_all_say_the_same(
    accounts_table: Table, counters_table: Table
) -> None:
    """Each at a second of its own, astride the end of the first month: the sums would differ."""
    DynamoAccounts(accounts_table).add(account(), [])
    orders, inbox, queue = DynamoOrders(accounts_table), DynamoInbox(accounts_table), MemoryQueue()
    orders.add(YEAR)
    books, provider = DynamoBookkeeping(accounts_table, counters_table), MemoryCancelling()

    def fold(clock: FixedClock) -> FoldPayments:
        return FoldPayments(inbox, books, MemoryEvents(), clock)

    def cancel(number: int) -> Cancelled | None:
        clock = FixedClock(START + timedelta(days=31, seconds=number - TIMES // 2))
        take_in = TakeInFact(inbox, queue, clock)
        shown = ShowSubscriptions(DynamoTrials(accounts_table, lambda: "key"), DynamoSubscriptions(accounts_table))
        cancelling = CancelSubscription(shown, orders, EndOrder(take_in, fold(clock), clock), clock)
        while True:
            try:
                return cancelling("acc-1", NAME, ("quit", "member_request")[number % 2])
            except NotCancellable:
                return None
            except Unavailable:
                continue

    TakeInFact(inbox, queue, FixedClock(START))(paid_in_full(YEAR, START))
    fold(FixedClock(START))("stripe", f"evt_paid_{YEAR.id}")
    with ThreadPoolExecutor(TIMES) as pool:
        answers = [each for each in pool.map(cancel, range(TIMES)) if each is not None]
    work = FoldPayments(inbox, books, MemoryEvents(), FixedClock(START), None, CarryOutCancellation(provider, books))
    for fact in queue.waiting:
        work(fact.provider, fact.event_id)

    stored = orders.get("acc-1", YEAR.id)
    assert stored.settlement is not None
    assert provider.given_back == {YEAR.id: stored.settlement.to_return}
    assert provider.asked == 1
    assert stored.settlement.to_return in {8910, 7920}
    assert {each.cancellation.refund for each in answers} == {stored.settlement.to_return}
    decisions = [fact for fact in books.facts("acc-1") if fact.kind is FactKind.SUBSCRIPTION_CANCELLED]
    assert [fact.order_id for fact in decisions] == [YEAR.id]
