"""Packages are ordered, paid, followed, cancelled (S-0.accept, S-7.2.1, S-7.2.2, S-8)."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.foundation.errors import IdempotencyKeyReused, InvalidFields, Unavailable
from allmytracks.payments.ledger.use_cases.carry_out_cancellation import CarryOutCancellation
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.rules_starts import Start
from allmytracks.payments.orders.rules_storage import Mode, subscription_id_of
from allmytracks.payments.rules import Fact, FactKind
from allmytracks.storage.rules_cancelling import NotCancellable
from allmytracks.storage.rules_cover import Status
from allmytracks.storage.rules_devices import DeviceCovered, DeviceNotFound
from allmytracks.storage.rules_subscriptions import Subscribed, SubscriptionNotFound
from tests.factories.storage_desk import StorageDesk
from tests.factories.subscriptions import month_fact, paid_in_full
from tests.fakes.subscriptions import MemoryCancelling


@pytest.fixture
def desk() -> StorageDesk:
    return StorageDesk()


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(desk: StorageDesk, order: Order) -> Subscribed:
    return desk.services.storage.subscriptions.get("acc-1", subscription_id_of(order.id))


@pytest.mark.clause("S-0.accept")
def test_an_order_needs_the_agreement_in_its_current_version_and_records_it(desk: StorageDesk) -> None:
    for accept in ([], [Accepted("cloud-agreement", "2025-01-01")]):
        with pytest.raises(InvalidFields):
            desk.order(Mode.YEAR, accept=accept)
    assert desk.orders.all("acc-1") == []
    desk.order(Mode.YEAR)
    assert [each.agreement for each in desk.accounts.acceptances("acc-1")] == ["cloud-agreement"]


@pytest.mark.clause("S-7.2.1")
def test_a_package_is_quoted_for_a_device_as_published_and_runs_on_payment(desk: StorageDesk) -> None:
    order = desk.order(Mode.YEAR)
    assert (order.amount, order.currency, order.benefits.plan) == (9900, "USD", "month")
    assert order.storage is not None
    assert (order.storage.retention_days, order.storage.monthly_amount, order.storage.grace_days) == (30, 990, 7)
    paid_at = desk.pay(order)
    found = shown(desk, order)
    assert (found.period.starts_at, found.period.status(paid_at)) == (paid_at, Status.ACTIVE)
    assert found.period.ends_at == paid_at.replace(year=paid_at.year + 1)
    with pytest.raises(DeviceCovered):
        desk.services.storage.keep_devices.release("acc-1", desk.device.device_id)


@pytest.mark.parametrize(("package", "currency", "field"), [("none", None, "package"), ("month", "EUR", "currency")])
def test_what_is_not_sold_is_refused_with_its_field(
    desk: StorageDesk, package: str, currency: str | None, field: str
) -> None:
    with pytest.raises(InvalidFields) as refused:
        desk.order(Mode.YEAR, package=package, currency=currency)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_device_of_another_account_is_not_found(desk: StorageDesk) -> None:
    other = desk.home.claim("acc-2", "CAM-2")
    with pytest.raises(DeviceNotFound):
        desk.order(Mode.YEAR, device_id=other.device_id)


def test_a_repeated_key_is_the_same_order_and_no_other(desk: StorageDesk) -> None:
    first = desk.order(Mode.YEAR, key="k")
    assert desk.order(Mode.YEAR, key="k") == first
    with pytest.raises(IdempotencyKeyReused):
        desk.order(Mode.MONTH_ONCE, key="k")


@pytest.mark.clause("S-7.1", "S-7.2.1")
def test_bought_during_a_trial_it_starts_when_the_trial_ends_or_at_once_if_the_buyer_says_so(desk: StorageDesk) -> None:
    trial = desk.home.trial(desk.device)
    after, at_once = desk.order(Mode.YEAR), desk.order(Mode.MONTH_ONCE, start=Start.AT_ONCE)
    assert after.start is not None
    assert after.start.starts_at == trial.started_at + timedelta(days=14)
    assert at_once.start is not None
    assert at_once.start.starts_at == desk.clock.now()
    desk.pay(after)
    assert shown(desk, after).period.starts_at == trial.started_at + timedelta(days=14)


@pytest.mark.clause("S-7.2.1", "S-8.1")
def test_what_was_bought_on_top_starts_later_and_can_be_cancelled_with_the_whole_sum_back(desk: StorageDesk) -> None:
    first, second = desk.order(Mode.MONTH_ONCE), desk.order(Mode.YEAR)
    desk.pay(first)
    desk.pay(second)
    running, upcoming = shown(desk, first).period, shown(desk, second).period
    assert upcoming.starts_at == running.ends_at
    assert upcoming.status(desk.clock.now()) is Status.UPCOMING
    done = desk.cancel(second)
    assert (done.cancellation.refund, done.cancelled) == (9900, True)
    assert desk.provider.given_back == {second.id: 9900}
    assert shown(desk, second).period.access_until == upcoming.starts_at, "it never covers anything"


@pytest.mark.clause("S-8.1", "S-8.2.1")
@pytest.mark.parametrize(
    ("paid_at", "cancelled_at", "refund", "access_until"),
    [
        ("2026-12-31T10:00", "2026-12-31T10:00:01", 8910, "2027-01-31T10:00"),
        ("2026-12-31T10:00", "2027-02-28T09:59:59", 7920, "2027-02-28T10:00"),
        ("2026-12-31T10:00", "2027-02-28T10:00", 6930, "2027-03-31T10:00"),
        ("2026-12-31T10:00", "2027-12-31T09:59:59", 0, "2027-12-31T10:00"),
        ("2028-02-29T00:00", "2028-03-29T00:00", 7920, "2028-04-29T00:00"),
    ],
)
def test_the_preview_of_a_year_is_what_the_act_gives(
    desk: StorageDesk, paid_at: str, cancelled_at: str, refund: int, access_until: str
) -> None:
    desk.clock.at = day(paid_at)
    order = desk.order(Mode.YEAR)
    desk.pay(order)
    desk.clock.at = day(cancelled_at)
    preview = desk.preview(order)
    assert not preview.cancelled
    assert desk.provider.given_back == {}
    done = desk.cancel(order)
    assert done.cancellation == preview.cancellation
    assert (done.cancellation.refund, done.cancellation.access_until) == (refund, day(access_until))
    assert desk.provider.given_back == ({order.id: refund} if refund else {})
    period = shown(desk, order).period
    assert (period.access_until, period.status(desk.clock.now())) == (day(access_until), Status.CANCELLED)
    with pytest.raises(NotCancellable):
        desk.cancel(order)


@pytest.mark.clause("S-8.2.1")
def test_what_was_given_back_before_is_subtracted_and_a_change_of_prices_changes_nothing(desk: StorageDesk) -> None:
    order = desk.order(Mode.YEAR)
    desk.pay(order)
    desk.publish_prices(monthly=5000)
    desk.refund(order, 2000)
    done = desk.cancel(order)
    assert [(line.text, line.amount) for line in done.cancellation.lines] == [
        ("Price paid", 9900),
        ("1 month begun, at the price of the monthly plan", -990),
        ("Credits and refunds given before", -2000),
    ]
    assert desk.provider.given_back == {order.id: 6910}
    assert desk.orders.get("acc-1", order.id).amount_to_settle == 6910
    desk.refund(order, 6910, "re_of_the_provider")
    stored = desk.orders.get("acc-1", order.id)
    assert (stored.amount_to_settle, stored.amount_given_back) == (0, 8910)
    desk.work_again(order)
    assert desk.provider.asked == 1, "the provider is asked once"


@pytest.mark.clause("S-8.2.1", "M-II.8")
@pytest.mark.parametrize(("decided", "refund"), [(FactKind.DISPUTE_WON, 8910), (FactKind.DISPUTE_LOST, None)])
def test_what_the_bank_disputes_is_given_back_once_it_has_decided_and_not_beside_it(
    desk: StorageDesk, decided: FactKind, refund: int | None
) -> None:
    order = desk.order(Mode.YEAR)
    opened = paid_in_full(order, desk.clock.now())
    desk.take(opened)
    opened = replace(opened, event_id="evt_d", kind=FactKind.DISPUTE_OPENED, subject="dp_1")
    desk.take(opened)
    assert desk.cancel(order).cancellation.refund == 8910
    assert desk.provider.given_back == {}
    desk.take(replace(opened, event_id="evt_e", kind=decided))
    assert desk.provider.given_back == ({} if refund is None else {order.id: refund})


@pytest.mark.clause("S-8.2.1")
@pytest.mark.parametrize(
    ("currency", "year", "monthly", "refund"), [("JPY", 9801, 981, 8820), ("KWD", 29990, 2990, 27000)]
)
def test_refunds_are_in_the_currencys_own_minor_unit(
    desk: StorageDesk, currency: str, year: int, monthly: int, refund: int
) -> None:
    desk.publish_prices(monthly=monthly, year=year, currency=currency)
    order = desk.order(Mode.YEAR, currency=currency)
    desk.pay(order)
    done = desk.cancel(order)
    assert (done.cancellation.refund, done.cancellation.currency) == (refund, currency)


@pytest.mark.clause("S-8.2.2")
def test_a_monthly_plan_is_not_prorated_and_the_provider_renews_it_no_more(desk: StorageDesk) -> None:
    order = desk.order(Mode.MONTHLY)
    start = desk.clock.now()
    desk.take(month_fact(order, start, start, first=True))
    desk.clock.advance(days=3)
    done = desk.cancel(order)
    assert done.cancellation.refund == 0
    period = shown(desk, order).period
    assert (done.cancellation.access_until, period.access_until) == (period.ends_at, period.ends_at)
    assert desk.provider.stopped == {order.id}
    assert desk.provider.given_back == {}


@pytest.mark.clause("S-7.2.2")
def test_a_plan_that_renews_is_followed_by_nothing_and_follows_nothing(desk: StorageDesk) -> None:
    year = desk.order(Mode.YEAR)
    desk.pay(year)
    with pytest.raises(DeviceCovered):
        desk.order(Mode.MONTHLY)
    desk.cancel(year)
    desk.clock.advance(days=40)
    monthly = desk.order(Mode.MONTHLY)
    start = desk.clock.now()
    desk.take(month_fact(monthly, start, start, first=True))
    with pytest.raises(DeviceCovered):
        desk.order(Mode.YEAR)
    desk.cancel(monthly)
    following = desk.order(Mode.YEAR)
    assert following.start is not None
    assert following.start.starts_at == shown(desk, monthly).period.access_until


@pytest.mark.clause("S-7.2.2")
def test_a_failed_renewal_goes_on_for_the_published_grace_and_then_ends(desk: StorageDesk) -> None:
    order = desk.order(Mode.MONTHLY)
    start = desk.clock.now()
    desk.take(month_fact(order, start, start, first=True))
    end = shown(desk, order).period.ends_at
    desk.take(month_fact(order, end, end, FactKind.PAYMENT_FAILED))
    period = shown(desk, order).period
    assert [period.status(end + span) for span in (timedelta(0), timedelta(days=7))] == [Status.PAST_DUE, Status.ENDED]
    desk.take(month_fact(order, end, end + timedelta(days=2)))
    assert shown(desk, order).period.status(end + timedelta(days=7)) is Status.ACTIVE


@pytest.mark.clause("S-7.1")
def test_a_trial_is_shown_and_cannot_be_cancelled(desk: StorageDesk) -> None:
    trial = desk.home.trial(desk.device)
    (found,) = desk.services.storage.subscriptions.all("acc-1")
    assert (found.period.subscription_id, found.bought) == (trial.subscription_id, None)
    with pytest.raises(NotCancellable):
        desk.services.storage.cancel_subscription.preview("acc-1", trial.subscription_id)


def test_a_subscription_of_another_account_is_not_found(desk: StorageDesk) -> None:
    order = desk.order(Mode.YEAR)
    desk.pay(order)
    with pytest.raises(SubscriptionNotFound):
        desk.services.storage.cancel_subscription.preview("acc-2", subscription_id_of(order.id))


@pytest.mark.clause("S-6.3")
def test_closing_is_blocked_while_a_subscription_runs_or_is_yet_to_start(desk: StorageDesk) -> None:
    blocks, year = desk.services.storage.blocks, desk.order(Mode.YEAR)
    assert blocks("acc-1", desk.clock.now(), forfeit=True) == []
    desk.pay(year)
    (block,) = blocks("acc-1", desk.clock.now(), forfeit=True)
    assert (block.code, block.reference) == ("running_subscription", subscription_id_of(year.id))
    assert block.until is not None
    assert blocks("acc-1", block.until, forfeit=True) == []


class Lost(MemoryCancelling):
    """A provider whose first answer is lost, before or after it took effect."""

    def __init__(self, *, after: bool) -> None:
        super().__init__()
        self.after, self.answers = after, 0

    def give_back(self, order: Order, amount: int) -> None:
        self.answers += 1
        if self.answers > 1 or self.after:
            super().give_back(order, amount)
        if self.answers == 1:
            raise Unavailable("The payment provider did not respond.")


@pytest.mark.clause("S-8.2.1")
@pytest.mark.parametrize("after", [False, True])
def test_a_refund_whose_answer_was_lost_is_asked_for_again_under_the_same_key(
    desk: StorageDesk, *, after: bool
) -> None:
    order, provider = desk.order(Mode.YEAR), Lost(after=after)
    desk.pay(order)
    desk.work = dataclasses.replace(desk.work, carry_out=CarryOutCancellation(provider, desk.books))
    with pytest.raises(Unavailable):
        desk.cancel(order)
    desk.work_again(order)
    desk.work_again(order)
    assert (provider.given_back, provider.answers) == ({order.id: 8910}, 2)


@pytest.mark.clause("S-1.devices")
def test_a_device_is_not_released_while_an_order_for_it_can_still_be_paid(desk: StorageDesk) -> None:
    order = desk.order(Mode.YEAR)
    desk.clock.advance(minutes=20)
    desk.confirm(order)
    desk.clock.advance(minutes=20)
    with pytest.raises(DeviceCovered):
        desk.services.storage.keep_devices.release("acc-1", desk.device.device_id)
    expired = Fact("stripe", "evt_x", desk.clock.now(), FactKind.CHECKOUT_EXPIRED, "checkout", order_id=order.id)
    desk.take(expired)
    desk.services.storage.keep_devices.release("acc-1", desk.device.device_id)


def test_money_that_all_came_back_ends_it_at_once(desk: StorageDesk) -> None:
    order = desk.order(Mode.YEAR)
    desk.pay(order)
    desk.clock.advance(days=2)
    desk.refund(order, order.amount)
    period = shown(desk, order).period
    assert (period.access_until, period.status(desk.clock.now())) == (desk.clock.now(), Status.ENDED)
    assert desk.provider.given_back == {}


def test_the_quote_goes_on_with_the_newer_agreement_only(desk: StorageDesk) -> None:
    order = desk.order(Mode.YEAR)
    desk.publish_agreement("2026-11-20")
    with pytest.raises(InvalidFields):
        desk.confirm(order)
    confirmed = desk.confirm(order, Accepted("cloud-agreement", "2026-11-20"))
    assert confirmed.checkout is not None


def test_a_fact_of_the_cancellation_says_what_is_to_be_given_back_in_all(desk: StorageDesk) -> None:
    order = desk.order(Mode.YEAR)
    desk.pay(order)
    desk.refund(order, 1000)
    desk.cancel(order)
    facts: list[Fact] = [each for each in desk.facts() if each.kind is FactKind.SUBSCRIPTION_CANCELLED]
    assert [(each.amount, each.provider) for each in facts] == [(8910, "cancellation")]
    assert [each.order_id for each in facts] == [order.id]
