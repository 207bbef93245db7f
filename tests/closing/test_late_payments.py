"""What is paid for an account that was closed starts nothing, renews nothing, and is given back (S-6.5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from allmytracks.accounts.rules import AccountStatus
from allmytracks.closing.rules import Closing, ClosingStatus
from allmytracks.payments.events import OF_PAYMENTS, SubscriptionPaid
from allmytracks.payments.ledger.rules_subscriptions import ACCOUNT_CLOSED
from allmytracks.payments.orders.rules import Order, OrderStatus
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.payments.rules import Fact, FactKind
from tests.factories.memberships import plans_publication
from tests.factories.payments import a_fact, an_order
from tests.factories.storage_desk import StorageDesk
from tests.factories.subscriptions import month_fact, paid_in_full
from tests.fakes.closing import MemoryClosings
from tests.fakes.wiring import put

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.clause("S-6.5")


class Office(StorageDesk):
    """The desk of cloud storage, an account whose closing is decided an hour from now, and the worker of notices."""

    def __init__(self) -> None:
        super().__init__()
        self.closings = MemoryClosings()
        put(self.services, {"closing.repository": self.closings})
        self.closed_at = self.clock.now() + HOUR + timedelta(milliseconds=345)

    def close(self, status: ClosingStatus = ClosingStatus.APPROVED) -> None:
        """The closing is decided, and takes effect."""
        decided_at = None if status is ClosingStatus.APPLIED else self.closed_at
        self.closings.begin(Closing("acc-1", status, self.clock.now(), decided_at=decided_at))
        self.services.storage.end_renewals("acc-1", ACCOUNT_CLOSED)
        self.work_off()

    def arrives(self, payment: Fact) -> None:
        """A payment is folded, and its news reach the worker of notices: twice, as queues deliver."""
        before = len(self.events.published)
        self.take(payment)
        news = [each for each in self.events.published[before:] if each.name in OF_PAYMENTS]
        for event in [*news, *news]:
            self.services.closing.decline_late_payment(event.account_id, event.order_id)  # type: ignore[attr-defined]
            self.work_off()

    def of(self, order: Order) -> Order:
        return self.orders.get("acc-1", order.id)


@pytest.fixture
def office() -> Office:
    return Office()


def test_the_first_month_of_a_plan_that_was_paid_after_the_closing_is_given_back_and_not_renewed(
    office: Office,
) -> None:
    plan = office.order(Mode.MONTHLY)
    office.close()
    start = office.closed_at.replace(microsecond=0)  # as the provider reports what was paid in this second
    office.arrives(month_fact(plan, start, start, first=True))
    assert office.provider.stopped == {plan.id}
    assert (office.of(plan).status_at(start), office.of(plan).amount_to_settle) == (OrderStatus.DECLINED, plan.amount)
    assert office.books.subscriptions.of("acc-1")[0].renews_at is None


def test_a_plan_that_was_paid_before_the_closing_and_reported_after_it_is_cancelled_without_proration(
    office: Office,
) -> None:
    plan = office.order(Mode.MONTHLY)
    start = office.clock.now()
    office.close()
    office.arrives(month_fact(plan, start, start, first=True))
    assert office.provider.stopped == {plan.id}
    assert (office.of(plan).status_at(start), office.of(plan).amount_to_settle) == (OrderStatus.PAID, 0)
    assert office.books.subscriptions.of("acc-1")[0].renews_at is None


def test_a_month_that_the_provider_charged_before_it_heard_of_the_closing_is_given_back(office: Office) -> None:
    plan, start = office.order(Mode.MONTHLY), office.clock.now()
    office.arrives(month_fact(plan, start, start, first=True))
    office.close()
    month = start + timedelta(days=31)
    office.arrives(month_fact(plan, month, month))
    assert office.provider.stopped == {plan.id}
    assert office.provider.asked == 1
    to_settle = {each.id == plan.id: each.amount_to_settle for each in office.orders.all("acc-1")}
    assert to_settle == {True: 0, False: plan.amount}


@pytest.mark.clause("M-II.2")
def test_a_year_and_a_membership_that_were_paid_after_the_closing_are_given_back(office: Office) -> None:
    year, at = office.order(Mode.YEAR), office.closed_at + HOUR
    membership = an_order("ord_m", account_id="acc-1")
    office.home.publications.publish(plans_publication())
    office.orders.add(membership)
    office.close()
    office.arrives(paid_in_full(year, at))
    office.arrives(a_fact(FactKind.PAYMENT_SUCCEEDED, "evt_m", at, order_id="ord_m", amount=membership.amount))
    assert [office.of(each).amount_to_settle for each in (year, membership)] == [year.amount, membership.amount]
    assert office.books.periods("acc-1") == ()


@pytest.mark.clause("M-V.2")
def test_the_plan_of_a_banned_account_that_cannot_cancel_it_is_not_renewed(office: Office) -> None:
    plan, start = office.order(Mode.MONTHLY), office.clock.now()
    office.accounts.becomes("acc-1", AccountStatus.BANNED)
    office.arrives(month_fact(plan, start, start, first=True))
    assert office.provider.stopped == {plan.id}
    assert (office.of(plan).status_at(start), office.of(plan).amount_to_settle) == (OrderStatus.PAID, 0)


@pytest.mark.parametrize("status", [None, ClosingStatus.APPLIED, ClosingStatus.REFUSED])
def test_an_account_whose_closing_was_not_approved_keeps_what_it_pays_for(
    office: Office, status: ClosingStatus | None
) -> None:
    if status is not None:
        office.closings.begin(Closing("acc-1", status, office.clock.now(), decided_at=office.clock.now()))
    plan, start = office.order(Mode.MONTHLY), office.clock.now()
    office.arrives(month_fact(plan, start, start, first=True))
    assert office.provider.asked == 0
    assert office.of(plan).status_at(start) is OrderStatus.PAID
    assert office.books.subscriptions.of("acc-1")[0].renews_at is not None
    assert [type(each) for each in office.events.published][-1] is SubscriptionPaid
