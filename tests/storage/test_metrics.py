"""What alarms watch of cloud storage: a sweep that is behind, uploads, renewals and cancellations that fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.events import Event
from allmytracks.payments.events import RenewalFailed, SubscriptionPaid
from allmytracks.payments.ledger.rules_subscriptions import Subscription, month_number
from allmytracks.payments.observability import report_failed_cancellation
from allmytracks.payments.orders.rules import Order
from allmytracks.payments.orders.rules_storage import Mode
from allmytracks.payments.stripe.deferred import DeferredCancelling
from allmytracks.storage.rules_recordings import UPLOAD_AT_ONCE
from allmytracks.storage.use_cases.sweep_recordings import Swept
from functions.every_hour_remind_members.handler import handle as remind
from functions.every_hour_sweep_recordings.handler import handle as sweep
from functions.work_notices.handler import handle as work_notices
from tests.factories.storage import Home
from tests.factories.subscriptions import storage_order
from tests.fakes.foundation import MemoryMailer
from tests.fakes.notices import MemoryNotices
from tests.fakes.subscriptions import MemoryCancelling, MemorySubscriptions
from tests.fakes.wiring import put

EVENTS = Path(__file__).resolve().parents[2] / "events"
Counted = Callable[[str], list[float]]


@pytest.fixture
def home() -> Iterator[Home]:
    made = Home()
    wiring.install(made.services)
    yield made
    wiring.install(None)


@pytest.fixture
def counted(capsys: pytest.CaptureFixture[str]) -> Counted:
    """What was counted by a name since it was last asked for."""

    def read(name: str) -> list[float]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
        return [value for line in lines for value in line.get(name, [])]

    return read


@pytest.mark.clause("S-8.1")
def test_a_sweep_that_ends_with_its_time_counts_what_is_left(home: Home, counted: Counted) -> None:
    for number in (1, 2):
        home.announce(home.covered(f"acc-{number}", f"CAM-{number}"))
    home.clock.at += UPLOAD_AT_ONCE
    assert home.services.storage.sweep_recordings(home.clock.now()) == Swept(left=2)
    sweep({}, None)
    assert counted("RecordingsLeftToSweep") == [0]
    assert home.services.storage.sweep_recordings(home.clock.now()) == Swept()


def test_uploads_that_are_never_made_are_counted_and_those_that_the_sweep_found_apart(
    home: Home, counted: Counted
) -> None:
    device = home.covered()
    made = [home.announce(device, age=timedelta(minutes=number)) for number in (1, 2, 3)]
    kept = home.files.stored
    home.arrives(made[0])
    kept[made[1].key] = kept[made[0].key]
    home.clock.at += UPLOAD_AT_ONCE
    sweep({}, None)
    out = counted
    assert out("UploadsAbandoned") == [1]
    home.announce(device)
    home.clock.at += UPLOAD_AT_ONCE
    sweep({}, None)
    assert out("RecordingsRecovered") == [0]


def delivered(event: Event) -> None:
    record = json.loads((EVENTS / "work_notices" / "membership-activated.json").read_text())["Records"][0]
    body = {**json.loads(record["body"]), "detail-type": event.name, "detail": event.detail()}
    assert work_notices({"Records": [{**record, "body": json.dumps(body)}]}, None) == {"batchItemFailures": []}


@pytest.mark.clause("S-7.2.2")
def test_a_renewal_that_failed_is_counted(home: Home, counted: Counted) -> None:
    told: list[str] = []
    others = ("notices.notify", "tickets.notify", "privacy.notify_of_export")
    put(home.services, dict.fromkeys(others, lambda name, _news: told.append(name)))
    put(home.services, {"closing.decline_late_payment": lambda _account, _order: None})
    delivered(SubscriptionPaid("acc-1", "ord_1", "sub_1", "dev_1"))
    assert counted("RenewalsFailed") == []
    delivered(RenewalFailed("acc-1", "ord_1", "sub_1"))
    assert counted("RenewalsFailed") == [1]
    assert told.count(RenewalFailed.__name__) == len(others)


@pytest.mark.clause("S-7.2.2")
def test_plans_that_are_past_due_are_counted_every_hour(home: Home, counted: Counted) -> None:
    fakes = {"foundation.mailer": MemoryMailer(), "notices.repository": MemoryNotices()}
    quiet = {"notices.remind_members": lambda: 0, "storage.end_with_service": lambda: 0}
    put(home.services, {**fakes, **quiet, "storage.held_trials": home.trials})
    remind({}, None)
    assert counted("PlansPastDue") == [0]
    renewed = home.clock.now() - timedelta(days=1)
    plan = Subscription(
        "sub_1", "ord_1", "dev_1", "month", Mode.MONTHLY, 30, 7, 990, "USD", anchor=renewed - timedelta(days=31)
    )
    books = MemorySubscriptions()
    books.write("acc-1", [replace(plan, months=(month_number(renewed) - 1,))], home.clock.now())
    put(home.services, {"payments.ledger.subscriptions": books})
    remind({}, None)
    assert counted("PlansPastDue") == [1]


class Refusing(MemoryCancelling):
    """A provider that refuses what it is asked for."""

    def give_back(self, order: Order, amount: int) -> None:
        raise Unavailable(f"{amount} of {order.id}")


@pytest.mark.clause("S-8.2.1")
def test_a_refund_that_the_provider_did_not_make_is_counted_and_fails(counted: Counted) -> None:
    order = storage_order("ord_y1", Mode.YEAR)
    provider = DeferredCancelling(Refusing, report_failed_cancellation)
    with pytest.raises(Unavailable):
        provider.give_back(order, 8910)
    assert counted("CancellationsFailed") == [1]
    provider.stop_renewing(order)
    assert counted("CancellationsFailed") == []
