"""Each call of a cancellation, a renewal and a device's token fails before or after it took effect: one outcome (S-8).

Every call of a port fails as a whole; those of the adapters to DynamoDB are in tests/payments/test_payment_faults.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from allmytracks.foundation.errors import Unauthenticated, Unavailable
from allmytracks.payments.events import SubscriptionCancelled, SubscriptionPaid
from allmytracks.payments.ledger.use_cases.add_renewal import AddRenewal
from allmytracks.payments.ledger.use_cases.carry_out_cancellation import CarryOutCancellation
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.orders.rules_storage import Mode, renewal_id, subscription_id_of
from allmytracks.payments.rules import Fact, FactKind
from allmytracks.storage.rules_cancelling import NotCancellable
from allmytracks.storage.use_cases.cancel_subscription import Cancelled
from tests.factories.storage_desk import StorageDesk
from tests.factories.subscriptions import month_fact
from tests.fakes.orders import MemoryOrderOwners
from tests.fakes.subscriptions import MemoryCancelling
from tests.fakes.wiring import put
from tests.faults.injector import FallibleCalls, Fault, Killed, Kind, Moment, no_faults
from tests.faults.verdicts import failing

FAULTS = [Fault(kind, moment) for kind in (Kind.TIMED_OUT, Kind.KILLED) for moment in Moment]
T = TypeVar("T")


class Fallible:
    """A port whose every call fails as planned."""

    def __init__(self, calls: FallibleCalls, port: object) -> None:
        self._calls, self._port = calls, port

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if not callable(found):
            return found
        return lambda *args, **named: self._calls.send(name, lambda: found(*args, **named))


class Noting(MemoryCancelling):
    """A provider that keeps every sum that it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.sums: list[int] = []

    def give_back(self, order: Any, amount: int) -> None:
        self.sums.append(amount)
        super().give_back(order, amount)


class FaultyDesk(StorageDesk):
    """A desk whose every call of a port fails as planned."""

    def __init__(self) -> None:
        super().__init__()
        self.calls, self.noting = FallibleCalls(), Noting()
        orders, owners = self.port(self.orders), self.port(MemoryOrderOwners(self.orders))
        inbox, books, events = self.port(self.inbox), self.port(self.books), self.port(self.events)
        parts = {
            "payments.orders.repository": orders,
            "payments.orders.owners": owners,
            "payments.ledger.inbox": inbox,
            "payments.ledger.bookkeeping": books,
            "payments.ledger.queue": self.port(self.queue),
            "payments.ledger.subscriptions": self.port(self.books.subscriptions),
            "foundation.events": events,
            "storage.devices": self.port(self.home.devices),
        }
        put(self.services, parts)
        carry_out = CarryOutCancellation(self.port(self.noting), books)
        self.work = FoldPayments(inbox, books, events, self.clock, AddRenewal(owners, orders), carry_out)

    def port(self, port: object) -> Any:
        return Fallible(self.calls, port)

    def until_done(self, act: Callable[[], T]) -> T:
        """Tried again a second later, until it went well."""
        for _ in range(4):
            try:
                return act()
            except (Unavailable, Killed):
                self.clock.advance(seconds=1)
        raise AssertionError("did not go well in 4 tries")

    def work_patiently(self) -> None:
        """The queue delivers each message until it was worked."""
        while self.queue.waiting:
            fact = self.queue.waiting.popleft()
            self.until_done(lambda name=(fact.provider, fact.event_id): self.work(*name))  # type: ignore[misc]  # mypy infers no type of a lambda's default

    def cancelled(self, order_id: str) -> Cancelled | None:
        """The member cancels until there is an answer; None where it is that it was cancelled before."""
        try:
            return self.services.storage.cancel_subscription("acc-1", subscription_id_of(order_id))
        except NotCancellable:
            return None

    def over(self) -> int:
        """The faults are over; how many calls there were."""
        sent = len(self.calls.sent)
        self.calls.expect(no_faults)
        return sent


def at_each_call(scenario: Callable[[dict[int, Fault]], int], fault: Fault) -> None:
    """Runs it without faults, and then with this one at each of its calls."""
    calls = scenario({})
    assert calls > 1
    for number in range(calls):
        scenario({number: fault})


@pytest.mark.clause("S-8.2.1")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_year_that_is_cancelled_gives_back_one_sum_once(fault: Fault) -> None:
    """Astride the end of the first month: another try would reckon another sum."""

    def scenario(faults: dict[int, Fault]) -> int:
        desk = FaultyDesk()
        order = desk.order(Mode.YEAR)
        desk.pay(order)
        desk.clock.at = desk.clock.now().replace(month=desk.clock.now().month % 12 + 1)
        desk.clock.advance(seconds=-1)
        desk.calls.expect(failing(faults))
        answer = desk.until_done(lambda: desk.cancelled(order.id))
        desk.work_patiently()
        calls = desk.over()
        desk.work_again(order)
        stored = desk.orders.get("acc-1", order.id).settlement
        assert stored is not None
        assert stored.to_return in {8910, 7920}
        assert desk.noting.given_back == {order.id: stored.to_return}
        assert set(desk.noting.sums) == {stored.to_return}
        assert len(desk.noting.sums) <= 2, "again only where its answer was lost, under the same key"
        assert answer is None or answer.cancellation.refund == stored.to_return
        told = [each for each in desk.events.published if isinstance(each, SubscriptionCancelled)]
        assert len(set(told)) == 1
        decisions: list[Fact] = [each for each in desk.facts() if each.kind is FactKind.SUBSCRIPTION_CANCELLED]
        assert len(decisions) == 1
        return calls

    at_each_call(scenario, fault)


@pytest.mark.clause("S-7.2.2", "S-8.2.2")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_monthly_plan_that_is_cancelled_renews_no_more_at_the_provider(fault: Fault) -> None:
    def scenario(faults: dict[int, Fault]) -> int:
        desk = FaultyDesk()
        order, start = desk.order(Mode.MONTHLY), desk.clock.now()
        desk.take(month_fact(order, start, start, first=True))
        desk.clock.advance(days=3)
        desk.calls.expect(failing(faults))
        desk.until_done(lambda: desk.cancelled(order.id))
        desk.work_patiently()
        calls = desk.over()
        assert (desk.noting.stopped, desk.noting.given_back) == ({order.id}, {})
        (plan,) = desk.books.subscriptions.of("acc-1")
        assert (plan.renews_at, plan.cancelled_at is not None) == (None, True)
        return calls

    at_each_call(scenario, fault)


@pytest.mark.clause("S-7.2.2")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_renewal_is_one_order_and_one_month(fault: Fault) -> None:
    def scenario(faults: dict[int, Fault]) -> int:
        desk = FaultyDesk()
        order, start = desk.order(Mode.MONTHLY), desk.clock.now()
        desk.take(month_fact(order, start, start, first=True))
        (plan,) = desk.books.subscriptions.of("acc-1")
        assert plan.renews_at is not None
        renewed = month_fact(order, plan.renews_at, plan.renews_at)
        desk.calls.expect(failing(faults))
        desk.until_done(lambda: desk.services.payments.ledger.take_in_fact(renewed))
        desk.work_patiently()
        calls = desk.over()
        (plan,) = desk.books.subscriptions.of("acc-1")
        assert len(plan.months) == 2
        name = renewal_id(order.id, str(renewed.subject))
        assert sorted(each.id for each in desk.orders.all("acc-1")) == sorted([order.id, name])
        told = {each.order_id for each in desk.events.published if isinstance(each, SubscriptionPaid)}
        assert told == {order.id, name}
        assert len(set(desk.events.published)) == 2
        return calls

    at_each_call(scenario, fault)


@pytest.mark.clause("S-1.devices")
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_the_token_that_was_shown_last_is_the_only_one_and_a_revoked_one_is_none(fault: Fault) -> None:
    def scenario(faults: dict[int, Fault]) -> int:
        desk = FaultyDesk()
        tokens, device = desk.services.storage.device_tokens, desk.device
        before = tokens.make("acc-1", device.device_id)
        desk.calls.expect(failing(faults))
        shown = desk.until_done(lambda: tokens.make("acc-1", device.device_id))
        assert desk.until_done(lambda: tokens.device_of(shown)).device_id == device.device_id
        with pytest.raises(Unauthenticated):
            desk.until_done(lambda: tokens.device_of(before))
        desk.until_done(lambda: tokens.revoke("acc-1", device.device_id))
        calls = desk.over()
        with pytest.raises(Unauthenticated):
            tokens.device_of(shown)
        return calls

    at_each_call(scenario, fault)
