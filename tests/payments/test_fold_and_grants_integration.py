"""A fold takes effect for the next download, within the same second: revoked periods are refused, new ones granted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.downloads.dynamodb_allowances import DynamoAllowances
from allmytracks.foundation.aws.models import Table
from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping
from allmytracks.payments.ledger.dynamodb_inbox import DynamoInbox
from allmytracks.payments.ledger.rules_inbox import Received
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.orders.dynamodb import DynamoOrders
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.accounts import account
from tests.factories.allowances import grant
from tests.factories.instants import NOW
from tests.factories.payments import a_fact, an_order
from tests.fakes.foundation import FixedClock, MemoryEvents

pytestmark = pytest.mark.dynamodb
PAID = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_1", NOW, subject="cs_1")
REFUNDED = a_fact(FactKind.REFUND_SUCCEEDED, "evt_2", NOW, subject="re_1")
SENT_BACK = replace(REFUNDED, event_id="evt_3", kind=FactKind.REFUND_FAILED)
LOST = a_fact(FactKind.DISPUTE_LOST, "evt_2", NOW, subject="dp_1")
WON = replace(LOST, event_id="evt_3", kind=FactKind.DISPUTE_WON)
OPENED = replace(LOST, event_id="evt_4", kind=FactKind.DISPUTE_OPENED, subject="dp_2")


@pytest.mark.clause("M-II.8")
@pytest.mark.clause("U-IV.2")
@pytest.mark.parametrize(("taken", "restored"), [(REFUNDED, SENT_BACK), (LOST, WON)], ids=["refund", "dispute"])
def test_the_next_download_sees_the_fold_in_the_same_second(
    accounts_table: Table, counters_table: Table, taken: Fact, restored: Fact
) -> None:
    allowances = DynamoAllowances(counters_table, accounts_table)
    inbox, clock = DynamoInbox(accounts_table), FixedClock(NOW + timedelta(milliseconds=400))
    books = DynamoBookkeeping(accounts_table, counters_table)
    worker = FoldPayments(inbox, books, MemoryEvents(), clock)
    DynamoAccounts(accounts_table).add(account(), [])
    DynamoOrders(accounts_table).add(an_order(quoted_at=NOW))

    def fold(fact: Fact) -> None:
        inbox.put(Received(fact, NOW))
        worker(fact.provider, fact.event_id)

    seen = []
    for number, fact in enumerate((PAID, taken, restored, OPENED)):
        fold(fact)
        refused = grant(allowances, f"key-{number}", clock.now(), track_id=f"trk-{number}")
        seen.append(refused is None)

    assert seen == [True, False, True, True]  # a dispute that is open leaves what was paid for
