"""A monthly plan renews for no month that would outlast the announced end of the service (U-III.III.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339
from allmytracks.memberships.rules_terms import months_after
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.payments.rules import Fact
from allmytracks.publishing.ports import Publication
from tests.factories.storage_desk import StorageDesk
from tests.factories.subscriptions import month_fact
from tests.fakes.wiring import put

pytestmark = pytest.mark.clause("U-III.III.1")
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


class Desk(StorageDesk):
    """A monthly plan that renews in a month."""

    def __init__(self) -> None:
        super().__init__()
        self.start = self.clock.now()
        self.plan = self.order(Mode.MONTHLY)
        self.take(month_fact(self.plan, self.start, self.start, first=True))
        self.renews_at = months_after(self.start, 1)

    def announce(self, ends_at: datetime) -> None:
        body = {"ends_at": rfc3339(ends_at), "text": "The service ends."}
        self.home.publications.publish(Publication("end-of-service", rfc3339(ends_at), self.clock.now(), body))

    def hour(self, at: datetime) -> int:
        """The hourly run, twice, and the worker of payments."""
        self.clock.at = at
        looked = self.services.storage.end_with_service()
        self.services.storage.end_with_service()
        self.work_off()
        return looked

    def renewing(self) -> bool:
        return any(each.renews_at is not None for each in self.books.subscriptions.of("acc-1"))


@pytest.mark.parametrize(("outlasts", "renewing"), [(SECOND, False), (timedelta(0), True)])
def test_a_plan_whose_next_month_would_outlast_the_end_is_cancelled_before_it_is_charged(
    outlasts: timedelta, *, renewing: bool
) -> None:
    desk = Desk()
    assert desk.hour(desk.renews_at - DAY) == 0, "no end is announced"
    desk.announce(months_after(desk.start, 2) - outlasts)
    assert desk.hour(desk.renews_at - DAY) == 1
    assert desk.renewing() is renewing
    assert desk.provider.stopped == (set() if renewing else {desk.plan.id})
    settled = desk.orders.get("acc-1", desk.plan.id).settlement
    assert settled is not None
    assert settled.ended_reason == (None if renewing else "end_of_service")


def test_it_is_cancelled_before_the_notice_that_it_renews() -> None:
    desk = Desk()
    desk.announce(desk.renews_at + DAY)
    desk.hour(desk.renews_at - timedelta(days=7, hours=1))
    assert not desk.renewing()


def test_a_failure_at_one_account_holds_up_no_other_and_is_reported() -> None:
    desk = Desk()
    other = replace(desk.plan, id="ord_2", account_id="acc-2")
    desk.orders.add(other)
    desk.take(month_fact(other, desk.start, desk.start, first=True))
    desk.announce(desk.renews_at + DAY)

    class Failing:
        def __call__(self, fact: Fact) -> object:
            if fact.account_id == "acc-1":
                raise Unavailable
            return take_in(fact)

    take_in = desk.services.payments.ledger.take_in_fact
    put(desk.services, {"payments.ledger.take_in_fact": Failing()})
    with pytest.raises(Unavailable):
        desk.hour(desk.renews_at - DAY)
    desk.work_off()
    assert desk.provider.stopped == {"ord_2"}
