"""Stored but unfolded events are found and queued again; unattached ones are counted, and looked up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.payments.ledger.rules_inbox import ReceivedStatus
from allmytracks.payments.ledger.use_cases.sweep_inbox import LOOKED_FOR, WAITS, SweepInbox, Swept
from allmytracks.payments.orders.rules import OrderStatus
from allmytracks.payments.rules import FactKind
from tests.factories.payment_world import PAID, World
from tests.factories.payments import an_order


@pytest.fixture
def world() -> World:
    return World()


def sweep(world: World) -> Swept:
    return SweepInbox(world.inbox, world.bookkeeping, world.queue, world.clock)()


def test_what_was_stored_and_never_queued_is_folded_by_the_sweep(world: World) -> None:
    world.webhook(PAID)
    world.queue.waiting.clear()  # the process crashed between storing and queueing
    world.clock.advance(minutes=10)

    assert sweep(world) == Swept(queued=1, late=0, unattached=0)
    world.work_off()

    assert world.status("ord-1") is OrderStatus.PAID
    world.clock.advance(days=2)
    assert sweep(world) == Swept(queued=0, late=0, unattached=0)


def test_what_just_came_is_left_to_the_queue(world: World) -> None:
    world.webhook(PAID)
    world.queue.waiting.clear()
    world.clock.advance(minutes=9)

    assert sweep(world).queued == 0


def test_an_event_that_never_folds_is_queued_a_few_times_and_then_only_reported(world: World) -> None:
    """Otherwise each sweep would put one more message of it into the dead-letter queue."""
    world.webhook(PAID)
    queued = []
    for _ in range(20):
        world.queue.waiting.clear()
        world.clock.advance(hours=3)
        queued.append(sweep(world).queued)

    assert sum(queued) == len(WAITS)
    assert sweep(world) == Swept(queued=0, late=1, unattached=0)
    assert len({occasion for _, occasion in world.queue.occasions}) == len(WAITS)


def test_kinds_that_have_no_effect_are_none_of_it(world: World) -> None:
    world.webhook(replace(PAID, kind=FactKind.OTHER, source_kind="customer.created"))
    world.clock.advance(days=2)

    assert sweep(world) == Swept(queued=0, late=0, unattached=0)


def test_an_event_whose_order_becomes_known_later_is_folded_without_an_operator(world: World) -> None:
    world.webhook(replace(PAID, order_id="ord-9", references=("pi_9",)))
    world.work_off()
    assert world.statuses() == {ReceivedStatus.UNATTACHED}
    assert sweep(world) == Swept(queued=0, late=0, unattached=0)
    world.clock.advance(minutes=30)
    assert sweep(world) == Swept(queued=0, late=0, unattached=1)

    world.orders.add(an_order("ord-9"))
    assert sweep(world) == Swept(queued=1, late=0, unattached=1)
    world.work_off()

    assert world.status("ord-9") is OrderStatus.PAID
    assert sweep(world) == Swept(queued=0, late=0, unattached=0)


def test_an_event_unattached_for_days_is_counted_and_not_looked_up(world: World) -> None:
    world.webhook(replace(PAID, order_id="ord-9"))
    world.work_off()
    world.orders.add(an_order("ord-9"))
    world.clock.advance(seconds=LOOKED_FOR / timedelta(seconds=1))

    assert sweep(world) == Swept(queued=0, late=0, unattached=1)


def test_more_than_a_page_is_found(world: World) -> None:
    for number in range(120):
        world.webhook(replace(PAID, event_id=f"evt_{number}"))
    world.queue.waiting.clear()
    world.clock.advance(minutes=30)

    assert sweep(world) == Swept(queued=120, late=120, unattached=0)
    assert world.inbox.stored["stripe", "evt_7"].sweeps == 1
