"""Orders, inbox, facts and notices: the in-memory fakes and DynamoDB pass the same contracts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import pytest
from msgspec.structs import replace
from pynamodb.exceptions import DoesNotExist

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.dynamodb_billing import DynamoBillingParticulars
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_billing import BillingParticulars
from allmytracks.accounts.rules import AccountKind, AccountStatus
from allmytracks.accounts.rules_billing import Billing
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.errors import InvalidFields, PreconditionFailed
from allmytracks.memberships.dynamodb import DynamoMemberships
from allmytracks.memberships.dynamodb_allowance import AllowanceItem, allowance_key
from allmytracks.memberships.dynamodb_ends import DynamoEnds
from allmytracks.memberships.ports import Memberships
from allmytracks.memberships.ports_ends import Ends
from allmytracks.memberships.rules import Period
from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping
from allmytracks.payments.ledger.dynamodb_inbox import DynamoInbox
from allmytracks.payments.ledger.rules_folding import fold
from allmytracks.payments.ledger.rules_inbox import Owner, Received, ReceivedStatus, Ruling
from allmytracks.payments.orders.dynamodb import DynamoOrders
from allmytracks.payments.orders.dynamodb_to_settle import DynamoOrdersToSettle
from allmytracks.payments.orders.rules import Checkout, OrderNotFound, OrderStatus
from allmytracks.payments.orders.rules_starts import GivenUp, Start, StartOption
from allmytracks.payments.orders.rules_taxes import Tax
from allmytracks.payments.ports import (
    Bookkeeping,
    Inbox,
    Orders,
    OrdersToSettle,
)
from allmytracks.payments.rules import Fact, FactKind, FactName
from tests.factories.accounts import account, becomes
from tests.factories.payments import START, a_fact, an_order, at
from tests.fakes.accounts import MemoryAccounts, MemoryBillingParticulars
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.inbox import MemoryInbox
from tests.fakes.orders import MemoryOrders, MemoryOrdersToSettle

CHECKOUT = Checkout("stripe", "cs_1", "https://pay.example/cs_1")
PAID = a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_1", at(minutes=5), subject="cs_1", account_id="acc-1")
REFUNDED = a_fact(FactKind.REFUND_SUCCEEDED, "evt_2", at(days=3), subject="re_1")
NOW = at(days=4)
OWNER = Owner("acc-1", "ord-1")


@dataclass
class Stores:
    """One set of adapters over the same data."""

    accounts: Accounts
    orders: Orders
    inbox: Inbox
    books: Bookkeeping
    memberships: Memberships
    billing: BillingParticulars
    ends: Ends
    to_settle: OrdersToSettle
    tables: tuple[Table, Table] | None = None
    memory: MemoryBookkeeping | None = None

    def allowance(self, account_id: str) -> tuple[Period, ...]:
        """The periods that a grant would see."""
        if self.memory is not None:
            return tuple(self.memory.allowances[account_id])
        assert self.tables is not None
        item = bind(AllowanceItem, self.tables[1]).get(allowance_key(account_id), consistent_read=True)
        return tuple(item.periods)

    def fold(self, fact: Fact) -> None:
        """Receives and folds one fact."""
        received = self.inbox.put(Received(fact, NOW))
        owner = self.books.owner(fact) or OWNER
        self.books.attach(owner, fact)
        books = self.books.open(owner)
        assert self.books.close(owner, books, fold(books.orders, books.facts, books.others), received, NOW)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def stores(request: pytest.FixtureRequest) -> Stores:
    made = _memory() if request.param == "memory" else _dynamodb(request)
    made.accounts.add(account(), [])
    return made


def _memory() -> Stores:
    accounts, orders, inbox = MemoryAccounts(), MemoryOrders(), MemoryInbox()
    books = MemoryBookkeeping(accounts, orders, inbox)
    return Stores(
        accounts,
        orders,
        inbox,
        books,
        books,
        MemoryBillingParticulars(),
        books.ends,
        MemoryOrdersToSettle(orders),
        memory=books,
    )


def _dynamodb(request: pytest.FixtureRequest) -> Stores:
    accounts: Table = request.getfixturevalue("accounts_table")
    counters: Table = request.getfixturevalue("counters_table")
    return Stores(
        DynamoAccounts(accounts),
        DynamoOrders(accounts),
        DynamoInbox(accounts),
        DynamoBookkeeping(accounts, counters),
        DynamoMemberships(accounts),
        DynamoBillingParticulars(accounts),
        DynamoEnds(accounts),
        DynamoOrdersToSettle(accounts),
        tables=(accounts, counters),
    )


def test_a_late_fact_of_an_order_that_is_kept_no_longer_changes_nothing(stores: Stores) -> None:
    gone = Owner("acc-1", "ord-gone")
    received = stores.inbox.put(Received(replace(REFUNDED, order_id="ord-gone"), NOW))
    stores.books.attach(gone, received.fact)
    books = stores.books.open(gone)
    outcome = fold(books.orders, books.facts, books.others)
    assert (list(books.orders), outcome.settlements, outcome.periods) == ([], {}, ())
    assert stores.books.close(gone, books, outcome, received, NOW)


@pytest.mark.clause("M-II.4")
def test_an_order_is_read_back_as_quoted(stores: Stores) -> None:
    order = an_order()

    assert stores.orders.add(order) == order
    assert stores.orders.get("acc-1", "ord-1") == order


def test_an_order_keeps_its_tax(stores: Stores) -> None:
    order = replace(an_order(), tax=Tax("DE", "VAT", "19", 318))
    stores.orders.add(order)

    assert stores.orders.get("acc-1", "ord-1").tax == order.tax


@pytest.mark.clause("M-III.1")
def test_particulars_for_invoices_are_kept_replaced_and_removed(stores: Stores) -> None:
    assert stores.billing.get("acc-1") is None
    stores.billing.put("acc-1", Billing("Ada Ltd", ("1 Road", "Town"), "HK", "123"))
    stores.billing.put("acc-1", Billing("Ada GmbH", ("Gasse 1",), "DE"))
    assert stores.billing.get("acc-1") == Billing("Ada GmbH", ("Gasse 1",), "DE")
    assert stores.billing.get("acc-2") is None
    now, before = Billing("Ada GmbH", ("Gasse 1",), "DE"), Billing("Ada Ltd", ("1 Road", "Town"), "HK", "123")
    for unlike in (before, replace(now, tax_id="1"), replace(now, address=("Gasse",)), replace(now, country="AT")):
        with pytest.raises(PreconditionFailed):
            stores.billing.put("acc-1", before, unlike)
        with pytest.raises(PreconditionFailed):
            stores.billing.remove("acc-1", unlike)
    with pytest.raises(PreconditionFailed):
        stores.billing.put("acc-2", before, before)
    stores.billing.put("acc-1", before, now)
    stores.billing.remove("acc-1", before)
    assert stores.billing.get("acc-1") is None
    for _ in range(2):
        stores.billing.remove("acc-1")
    assert stores.billing.get("acc-1") is None


def test_an_existing_order_is_not_overwritten(stores: Stores) -> None:
    order = stores.orders.add(an_order())

    assert stores.orders.add(an_order(amount=1)) == order
    assert stores.orders.get("acc-1", "ord-1") == order


@pytest.mark.clause("M-IV")
def test_orders_are_found_by_their_own_account_only_and_newest_first(stores: Stores) -> None:
    older, newer = an_order(), an_order("ord-0", quoted_at=START + timedelta(seconds=1))
    for order in (older, newer, an_order("ord-2", account_id="acc-2")):
        stores.orders.add(order)

    assert stores.orders.all("acc-1") == [newer, older]
    with pytest.raises(OrderNotFound):
        stores.orders.get("acc-2", "ord-1")


def test_the_first_checkout_stays(stores: Stores) -> None:
    stores.orders.add(an_order())

    stores.orders.set_checkout("acc-1", "ord-1", CHECKOUT)
    stores.orders.set_checkout("acc-1", "ord-1", replace(CHECKOUT, session_id="cs_2"))

    assert stores.orders.get("acc-1", "ord-1").checkout == CHECKOUT


def test_a_checkout_takes_the_place_of_the_one_that_expired_once(stores: Stores) -> None:
    second = replace(CHECKOUT, session_id="cs_2")
    stores.orders.add(an_order())
    stores.orders.set_checkout("acc-1", "ord-1", second, expired=CHECKOUT)
    assert stores.orders.get("acc-1", "ord-1").checkout is None
    stores.orders.set_checkout("acc-1", "ord-1", CHECKOUT)

    stores.orders.set_checkout("acc-1", "ord-1", second, expired=CHECKOUT)
    stores.orders.set_checkout("acc-1", "ord-1", replace(CHECKOUT, session_id="cs_3"), expired=CHECKOUT)

    assert stores.orders.get("acc-1", "ord-1").checkout == second


def test_a_webhook_is_stored_once_and_read_back_complete(stores: Stores) -> None:
    fact = replace(PAID, references=("pi_1", "ch_1"), reason="card_declined", amount=None)
    received = Received(fact, NOW)

    assert stores.inbox.put(received) is received
    later = Received(fact, NOW + timedelta(hours=1))
    again = stores.inbox.put(later)
    assert again == received
    assert again is not later
    assert stores.inbox.get("stripe", "evt_1") == received
    assert stores.inbox.get("stripe", "evt_9") is None


def on_shelf(stores: Stores, shelf: str, **asked: Any) -> list[str]:
    return [each.fact.event_id for each in stores.inbox.page(shelf, limit=10, **asked).items]


def test_events_are_listed_by_status(stores: Stores) -> None:
    stores.orders.add(an_order())
    other = replace(PAID, event_id="evt_0", kind=FactKind.OTHER)
    for fact in (PAID, REFUNDED, other):
        stores.inbox.put(Received(fact, NOW))
    today = f"{NOW:%Y-%m-%d}"
    assert (on_shelf(stores, "unfolded"), on_shelf(stores, today)) == (["evt_1", "evt_2"], ["evt_0"])

    stores.inbox.set_unattached(FactName("stripe", "evt_2"), NOW)
    stores.inbox.set_unattached(FactName("stripe", "evt_2"), NOW + timedelta(days=1))
    stores.fold(PAID)
    stores.inbox.set_unattached(FactName("stripe", "evt_1"), NOW)
    stores.inbox.set_sweeps(FactName("stripe", "evt_2"), 2)

    assert (on_shelf(stores, "unfolded"), on_shelf(stores, "unattached")) == ([], ["evt_2"])
    assert on_shelf(stores, today) == ["evt_0", "evt_1"]
    waiting = stores.inbox.get("stripe", "evt_2")
    assert waiting is not None
    assert (waiting.status, waiting.unattached_since, waiting.sweeps) == (ReceivedStatus.UNATTACHED, NOW, 2)


def test_an_operator_s_decision_moves_an_event_until_it_is_folded(stores: Stores) -> None:
    stores.orders.add(an_order())
    name = FactName("stripe", "evt_2")
    assert not stores.inbox.rule(name, Ruling(None, "unknown", "ada", NOW))
    stores.inbox.put(Received(REFUNDED, NOW))
    dismissed, attached = Ruling(None, "not ours", "ada", NOW), Ruling(OWNER, "ours after all", "bob", NOW)
    recorded = Ruling(Owner("acc-1", None), "a gift", "bob", NOW)
    for ruling, shelf in ((attached, "unfolded"), (dismissed, f"{NOW:%Y-%m-%d}"), (recorded, "unfolded")):
        assert stores.inbox.rule(name, ruling)
        stores.inbox.set_unattached(name, NOW)
        assert on_shelf(stores, shelf) == ["evt_2"]
        ruled = stores.inbox.get("stripe", "evt_2")
        assert ruled is not None
        assert ruled.ruling == ruling

    stores.fold(REFUNDED)

    assert not stores.inbox.rule(name, dismissed)
    assert on_shelf(stores, f"{NOW:%Y-%m-%d}") == ["evt_2"]


def test_a_status_is_listed_by_pages_and_by_time(stores: Stores) -> None:
    for number in range(5):
        stores.inbox.put(Received(replace(PAID, event_id=f"evt_{number}"), NOW + timedelta(seconds=number)))

    first = stores.inbox.page("unfolded", limit=2)
    second = stores.inbox.page("unfolded", limit=3, cursor=first.next_cursor)
    pages = [[each.fact.event_id for each in page.items] for page in (first, second)]
    assert pages == [["evt_0", "evt_1"], ["evt_2", "evt_3", "evt_4"]]
    between = (NOW + timedelta(seconds=1), NOW + timedelta(seconds=3))
    assert on_shelf(stores, "unfolded", between=between) == ["evt_1", "evt_2"]
    with pytest.raises(InvalidFields):
        stores.inbox.page("unfolded", limit=1, cursor="mine")


def test_events_wait_for_a_payment_until_it_is_claimed(stores: Stores) -> None:
    stores.orders.add(an_order())
    both = replace(REFUNDED, event_id="evt_3", references=("ch_1", "pi_ord-1"))
    assert stores.books.wait(REFUNDED)
    assert stores.books.wait(both)
    assert stores.books.wait(replace(PAID, order_id="ord-9"))  # it waits for its order, not for the payment

    assert list(stores.books.attach(OWNER, PAID)) == [FactName("stripe", "evt_2"), FactName("stripe", "evt_3")]

    assert not stores.books.wait(REFUNDED)
    stores.books.stop_waiting(REFUNDED)
    assert list(stores.books.attach(OWNER, PAID)) == [FactName("stripe", "evt_3")]
    assert list(stores.books.attach(OWNER, both)) == []


def test_a_payment_claimed_for_two_orders_marks_the_summary_as_whole(stores: Stores) -> None:
    for name in ("ord-1", "ord-2"):
        stores.orders.add(an_order(name))
    stores.fold(PAID)
    before = stores.books.open(OWNER)
    again = replace(PAID, event_id="evt_9", order_id="ord-2", subject="cs_2")

    stores.books.attach(Owner("acc-1", "ord-2"), again)
    stores.books.attach(Owner("acc-1", "ord-2"), again)

    books = stores.books.open(OWNER)
    assert (before.whole, books.whole, books.version) == (False, True, before.version + 1)
    assert {order.id for order in books.orders} == {"ord-1", "ord-2"}
    assert {fact.event_id for fact in books.facts} == {"evt_1", "evt_9"}
    assert books.others == ()


def test_a_fold_reads_one_order_and_the_summary_of_the_others(stores: Stores) -> None:
    for name in ("ord-1", "ord-2"):
        stores.orders.add(an_order(name))
    next_one = replace(PAID, event_id="evt_9", order_id="ord-2", subject="cs_2", references=("pi_ord-2",))
    stores.fold(PAID)
    stores.fold(next_one)

    books = stores.books.open(Owner("acc-1", "ord-2"))

    assert [order.id for order in books.orders] == ["ord-2"]
    assert [fact.event_id for fact in books.facts] == ["evt_9"]
    assert [each.order_id for each in books.purchases] == ["ord-1", "ord-2"]
    assert [each.order_id for each in books.others] == ["ord-1"]
    assert len(stores.memberships.periods("acc-1")) == 2


def test_a_fact_with_an_account_but_no_order_is_never_folded(stores: Stores) -> None:
    stores.orders.add(an_order())
    stores.books.attach(Owner("acc-1", None), PAID)

    assert list(stores.books.facts("acc-1")) == [PAID]
    assert list(stores.books.open(OWNER).facts) == []
    assert stores.books.owner(REFUNDED) is None


def test_a_fact_belongs_to_the_account_of_its_order_or_of_its_payment(stores: Stores) -> None:
    assert stores.books.owner(PAID) is None
    assert stores.books.owner(REFUNDED) is None
    stores.orders.add(an_order())
    assert stores.books.owner(PAID) == OWNER
    assert stores.books.owner(REFUNDED) is None

    stores.books.attach(OWNER, PAID)

    assert stores.books.owner(REFUNDED) == OWNER


def test_a_fact_is_attached_once(stores: Stores) -> None:
    stores.orders.add(an_order())
    for fact in (REFUNDED, PAID, PAID):
        stores.books.attach(OWNER, fact)

    assert sorted(stores.books.open(OWNER).facts, key=lambda fact: fact.place) == [PAID, REFUNDED]
    assert stores.books.facts("acc-1") == [PAID, REFUNDED]


def test_a_fold_writes_orders_membership_allowance_and_inbox_together(stores: Stores) -> None:
    stores.orders.add(an_order())
    stores.orders.set_checkout("acc-1", "ord-1", CHECKOUT)

    stores.fold(PAID)

    order = stores.orders.get("acc-1", "ord-1")
    assert order.status_at(NOW) is OrderStatus.PAID
    assert order.checkout == CHECKOUT
    assert order.settlement is not None
    assert (order.settlement.payment_reference, order.settlement.method) == ("pi_ord-1", "card")
    [period] = stores.memberships.periods("acc-1")
    assert (period.starts_at, period.daily_limit) == (at(minutes=5), 30)
    assert stores.allowance("acc-1") == (period,)
    received = stores.inbox.get("stripe", "evt_1")
    assert received is not None
    assert received.folded_at == NOW


def test_a_later_fold_revokes_a_returned_payment(stores: Stores) -> None:
    stores.orders.add(an_order())
    stores.fold(PAID)

    stores.fold(REFUNDED)

    order = stores.orders.get("acc-1", "ord-1")
    assert order.settlement is not None
    assert (order.settlement.status, order.settlement.returned_at) == (OrderStatus.REFUNDED, at(days=3))
    assert stores.memberships.periods("acc-1")[0].ends_at == at(days=3)
    assert stores.allowance("acc-1") == ()


@pytest.mark.clause("S-6.5")
@pytest.mark.parametrize("late", [REFUNDED, replace(REFUNDED, amount=500)], ids=["all", "part"])
def test_a_payment_fact_after_the_erasure_brings_no_membership_of_a_closed_account_back(
    stores: Stores, late: Fact
) -> None:
    """The erasure removes the membership, its end and the allowance; the order's books stay."""
    stores.orders.add(an_order())
    received = stores.inbox.put(Received(PAID, NOW))
    stores.books.attach(OWNER, PAID)
    books = stores.books.open(OWNER)
    becomes(stores.accounts, "acc-1", AccountStatus.CLOSED)  # between a worker's read and its write
    assert stores.books.close(OWNER, books, fold(books.orders, books.facts), received, NOW)
    stores.fold(late)
    settled = stores.orders.get("acc-1", "ord-1").settlement
    assert settled is not None
    assert (settled.amount_paid, settled.amount_returned) == (1990, late.amount)
    assert (stores.memberships.periods("acc-1"), list(stores.ends.due(at(days=99)))) == ((), [])
    with pytest.raises((KeyError, DoesNotExist)):
        stores.allowance("acc-1")


def test_concurrent_writes_since_the_read_are_not_overwritten(stores: Stores) -> None:
    stores.orders.add(an_order())
    received = stores.inbox.put(Received(PAID, NOW))
    stores.books.attach(OWNER, PAID)
    stale = stores.books.open(OWNER)
    stores.fold(REFUNDED)

    assert not stores.books.close(OWNER, stale, fold(stale.orders, [PAID]), received, NOW)
    assert stores.orders.get("acc-1", "ord-1").status_at(NOW) is OrderStatus.REFUNDED


def test_folding_a_known_fact_again_changes_no_version(stores: Stores) -> None:
    stores.orders.add(an_order())
    stores.fold(PAID)
    before = stores.books.open(OWNER)

    stores.fold(PAID)

    assert stores.books.open(OWNER) == before


def test_a_new_fact_that_changes_nothing_still_makes_a_version(stores: Stores) -> None:
    """A worker that read before the fact was attached must not write."""
    stores.orders.add(an_order())
    stores.fold(PAID)
    stale = stores.books.open(OWNER)
    received = stores.inbox.put(Received(REFUNDED, NOW))
    stores.books.attach(OWNER, REFUNDED)

    stores.fold(replace(PAID, event_id="evt_0", kind=FactKind.PAYMENT_AWAITED))

    outcome = fold(stale.orders, [*stale.facts, REFUNDED], stale.others)
    assert not stores.books.close(OWNER, stale, outcome, received, NOW)


@pytest.mark.clause("U-II.III.1.4")
def test_a_paid_business_order_makes_the_account_an_enterprise(stores: Stores) -> None:
    stores.orders.add(an_order(plan_id="business", amount=1990))

    stores.fold(PAID)

    account = stores.accounts.get("acc-1")
    assert account.kind_at(PAID.occurred_at) is AccountKind.ENTERPRISE
    assert account.kind_at(PAID.occurred_at - timedelta(seconds=1)) is AccountKind.INDIVIDUAL


@pytest.mark.clause("U-II.III.1.4")
@pytest.mark.parametrize("business_first", [True, False])
def test_orders_of_both_audiences_are_folded_together(stores: Stores, *, business_first: bool) -> None:
    """What becomes of a Premium order depends on the Business order beside it, whichever is folded last."""
    stores.orders.add(an_order("ord-1"))
    stores.orders.add(an_order("ord-b", plan_id="business"))
    business = replace(
        PAID, event_id="evt_b", order_id="ord-b", references=("pi_b",), occurred_at=PAID.occurred_at - timedelta(days=1)
    )
    for fact in (business, PAID) if business_first else (PAID, business):
        stores.fold(fact)
    assert [each.order_id for each in stores.memberships.periods("acc-1")] == ["ord-b"]
    settled = stores.orders.get("acc-1", "ord-1").settlement
    assert settled is not None
    assert (settled.status, settled.ended_reason) == (OrderStatus.DECLINED, "plan_for_individuals")
    assert [order.id for order in stores.to_settle.page(limit=9, cursor=None).items] == ["ord-1"]
    assert stores.accounts.get("acc-1").enterprise_from == business.occurred_at


def test_the_quoted_start_is_kept(stores: Stores) -> None:
    given_up = StartOption(Start.AT_ONCE, NOW, (GivenUp("ord-1", "premium", NOW + timedelta(days=3)),))
    order = replace(
        an_order("ord-b", plan_id="business"), start=given_up, other_start=StartOption(Start.AFTER_RUNNING, NOW)
    )
    stores.orders.add(order)
    assert stores.orders.get("acc-1", "ord-b") == order
    assert order.gives_up == ("ord-1",)


def test_announcements_are_stored(stores: Stores) -> None:
    stores.orders.add(an_order())
    stores.books.mark_announced("acc-1", "ord-1", "MembershipActivated")
    stores.books.mark_announced("acc-1", "ord-1", "PaymentReturned")

    assert stores.orders.get("acc-1", "ord-1").announced == {"MembershipActivated", "PaymentReturned"}


@pytest.mark.dynamodb
def test_a_fold_never_touches_the_counts_of_the_allowance(accounts_table: Table, counters_table: Table) -> None:
    table = boto3.resource("dynamodb", endpoint_url=counters_table.endpoint).Table(counters_table.name)
    used: dict[str, Any] = {"day": 739000, "d739000": 7, "restricted_until": 12, "standing": "restricted"}
    table.put_item(Item={"pk": allowance_key("acc-1"), "periods": [], **used})
    made = Stores(
        DynamoAccounts(accounts_table),
        DynamoOrders(accounts_table),
        DynamoInbox(accounts_table),
        DynamoBookkeeping(accounts_table, counters_table),
        DynamoMemberships(accounts_table),
        DynamoBillingParticulars(accounts_table),
        DynamoEnds(accounts_table),
        DynamoOrdersToSettle(accounts_table),
    )
    made.accounts.add(account(), [])
    made.orders.add(an_order())

    made.fold(PAID)

    item = table.get_item(Key={"pk": allowance_key("acc-1")})["Item"]
    assert {name: item[name] for name in used} == used
    assert len(item["periods"]) == 1  # type: ignore[arg-type]  # a list, as the item has it


@pytest.mark.dynamodb
@pytest.mark.clause("P-7.payment")
def test_nothing_but_the_listed_fields_of_a_payment_is_stored(accounts_table: Table) -> None:
    DynamoInbox(accounts_table).put(Received(replace(PAID, reason="card_declined"), NOW))

    [item] = boto3.client("dynamodb", endpoint_url=accounts_table.endpoint).scan(TableName=accounts_table.name)["Items"]
    assert set(item) == {
        "pk", "sk", "provider", "event_id", "occurred_at", "kind", "source_kind", "order_id", "account_id",
        "references", "subject", "amount", "currency", "method", "reason", "received_at", "timeline_key", "timeline_at",
    }  # fmt: skip


def test_the_end_of_a_membership_is_listed_until_its_notice_was_sent(stores: Stores) -> None:
    for name in ("ord-1", "ord-2"):
        stores.orders.add(an_order(name))
    stores.fold(PAID)
    [first] = stores.ends.due(at(days=400))
    assert (first.account_id, first.order_id, first.plan) == ("acc-1", "ord-1", "premium")
    assert first.due_at == first.ends_at - timedelta(days=7)
    assert list(stores.ends.due(first.due_at - timedelta(milliseconds=1))) == []
    assert list(stores.ends.due(first.due_at)) == [first]

    stores.ends.set_next(first, first.ends_at)
    [told] = stores.ends.due(at(days=400))
    assert told == replace(first, due_at=first.ends_at)

    stores.ends.set_next(first, None)  # what was read before is another one by now
    assert list(stores.ends.due(at(days=400))) == [told]
    stores.ends.set_next(told, None)
    assert list(stores.ends.due(at(days=400))) == []


def test_a_refund_removes_the_end_from_the_list(stores: Stores) -> None:
    stores.orders.add(an_order())
    stores.fold(PAID)
    stores.fold(REFUNDED)

    assert list(stores.ends.due(at(days=400))) == []


def test_orders_to_refund_are_listed_until_the_refund(stores: Stores) -> None:
    declined = [
        Fact("operator", f"declined-{name}", at(days=2), FactKind.ORDER_DECLINED, "order_declined", name)
        for name in ("ord-1", "ord-2", "ord-3")
    ]
    for number, name in enumerate(("ord-1", "ord-2", "ord-3")):
        stores.orders.add(an_order(name, quoted_at=START + timedelta(seconds=number)))
    for fact in (PAID, replace(PAID, event_id="evt_9", order_id="ord-3", references=("pi_3",)), *declined):
        stores.fold(fact)

    first = stores.to_settle.page(limit=1, cursor=None)
    second = stores.to_settle.page(limit=1, cursor=first.next_cursor)
    assert [[order.id for order in page.items] for page in (first, second)] == [["ord-1"], ["ord-3"]]
    assert first.items[0] == stores.orders.get("acc-1", "ord-1")
    assert [order.amount_to_settle for order in (*first.items, *second.items)] == [1990, 1990]
    for cursor in ("mine", "2026#ord-1", "##"):
        with pytest.raises(InvalidFields):
            stores.to_settle.page(limit=1, cursor=cursor)

    stores.fold(REFUNDED)

    assert [order.id for order in stores.to_settle.page(limit=9, cursor=None).items] == ["ord-3"]
