"""Reconciliation on in-memory fakes: facts that never arrived or were stored wrongly are found, reported and added."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks.foundation.errors import Unavailable
from allmytracks.payments.ledger.rules_inbox import Ruling
from allmytracks.payments.orders.rules import OrderStatus
from allmytracks.payments.ports import Received
from allmytracks.payments.reconciliation.ports import (
    Checkpoint,
    FactsPage,
    Listing,
    Position,
    Run,
    Span,
)
from allmytracks.payments.reconciliation.rules import Tally, Verdict
from allmytracks.payments.rules import Fact, FactKind, FactName
from tests.factories.payments import a_fact, at
from tests.factories.reconciliation_world import DECLINED, PAID, STRANGE, World
from tests.fakes.payment_provider import MemoryHistory

REFUNDED = a_fact(FactKind.REFUND_SUCCEEDED, "evt_2", at(days=3), subject="re_1")
STANDING_REFUND = replace(REFUNDED, event_id="re_1:succeeded", source_kind="refund")


def verdicts(tally: Tally) -> list[tuple[str, Verdict, bool]]:
    return [(each.fact.event_id, each.verdict, each.fed_in) for each in tally.findings]


def test_what_arrived_is_known() -> None:
    world = World(PAID, DECLINED)
    world.receive(PAID, DECLINED)

    assert world.run() == Tally(known=2)


@pytest.mark.clause("M-II.3")
def test_a_payment_with_a_lost_webhook_is_added_once() -> None:
    world = World(PAID, DECLINED)
    world.receive(DECLINED)

    assert verdicts(world.run()) == [("evt_1", Verdict.MISSING, True)]

    assert world.status() is OrderStatus.PAID
    assert len(world.books.periods("acc-1")) == 1
    world.checkpoints.stored.clear()  # all over again
    assert world.run() == Tally(known=2)


def test_a_lost_refund_is_added_by_its_event_or_by_its_present_state() -> None:
    by_event, standing = World(REFUNDED), World()
    by_event.history.listed[Listing.REFUNDS] = [STANDING_REFUND]
    standing.history.listed[Listing.REFUNDS] = [STANDING_REFUND]

    for world, name in ((by_event, "evt_2"), (standing, "re_1:succeeded")):
        world.receive(PAID)
        assert verdicts(world.run()) == [(name, Verdict.MISSING, True)]
        assert world.status() is OrderStatus.REFUNDED
        world.checkpoints.stored.clear()
        assert world.run().drift == 0


def test_a_lost_dispute_is_added_by_its_present_state_and_a_known_one_keeps_its_time() -> None:
    lost = a_fact(FactKind.DISPUTE_LOST, "evt_5", at(days=4), subject="dp_1")
    standing = replace(lost, event_id="dp_1:lost", occurred_at=at(days=2))
    missing, known = World(), World()
    for world, facts in ((missing, [PAID]), (known, [PAID, lost])):
        world.history.listed[Listing.DISPUTES] = [standing]
        world.receive(*facts)

    assert verdicts(missing.run()) == [("dp_1:lost", Verdict.MISSING, True)]
    assert missing.status() is OrderStatus.REFUNDED
    assert known.run().drift == 0
    assert known.books.periods("acc-1")[0].ends_at == at(days=4)


def test_a_refund_that_waits_in_the_queue_is_not_fed_in_a_second_time() -> None:
    world = World()
    world.receive(PAID)
    world.history.listed[Listing.REFUNDS] = [STANDING_REFUND]
    world.reconcile(lambda _tally: None)
    world.checkpoints.stored.clear()
    told: list[Tally] = []

    world.reconcile(told.append)

    assert sum(told, Tally()).drift == 0


@pytest.mark.parametrize(
    "stored", [replace(PAID, kind=FactKind.OTHER), replace(PAID, amount=1), replace(PAID, currency="HKD")]
)
def test_what_was_stored_differently_is_set_right_beside_it(stored: Fact) -> None:
    world = World(PAID)
    world.receive(stored)
    assert world.status() is not OrderStatus.PAID

    assert verdicts(world.run()) == [("evt_1:listed", Verdict.DIFFERENT, True)]

    assert world.status() is OrderStatus.PAID
    world.checkpoints.stored.clear()
    assert world.run() == Tally(known=1)


def test_a_difference_without_an_effect_is_left_alone() -> None:
    world = World(replace(PAID, references=("pi_ord-1", "ch_1"), method=None), DECLINED)
    world.receive(PAID, replace(DECLINED, subject="other"))

    assert world.run() == Tally(known=2)


def test_unattachable_events_are_stored_reported_and_not_added_twice() -> None:
    world = World(STRANGE)
    world.history.listed[Listing.DISPUTES] = [replace(STRANGE, event_id="dp_8:lost", subject="dp_8")]

    assert verdicts(world.run()) == [
        ("evt_9", Verdict.UNATTACHABLE, True),
        ("dp_8:lost", Verdict.UNATTACHABLE, False),
    ]
    world.checkpoints.stored.clear()
    assert world.run().drift == 0
    assert world.inbox.rule(FactName("stripe", "evt_9"), Ruling(None, "another shop's", "ada", at(days=9)))
    world.checkpoints.stored.clear()
    assert [name for name, *_ in verdicts(world.run())] == ["dp_8:lost"]


def test_an_event_with_a_webhook_still_due_is_skipped() -> None:
    world = World(PAID)
    world.clock.at = PAID.occurred_at + timedelta(minutes=9)

    assert world.run() == Tally()
    world.later(minutes=2)
    assert world.run().drift == 1


def test_each_run_starts_before_the_end_of_the_one_before() -> None:
    world = World(PAID)
    world.receive(PAID)
    world.run()
    end = world.checkpoints.get("stripe").until
    assert end == at(days=10) - timedelta(minutes=10)
    late = replace(DECLINED, event_id="evt_late", occurred_at=end - timedelta(minutes=59))
    too_late = replace(DECLINED, event_id="evt_too_late", occurred_at=end - timedelta(minutes=61))
    world.history.listed[Listing.EVENTS] += [late, too_late]
    world.later(hours=1)

    assert verdicts(world.run()) == [("evt_late", Verdict.MISSING, True)]


def test_a_bounded_run_resumes_and_reads_nothing_twice() -> None:
    facts = [replace(DECLINED, event_id=f"evt_{n:05}", occurred_at=at(minutes=n)) for n in range(25)]
    world = World(*facts, page_size=10, pages=2)

    assert world.run().counted == 20
    run = world.checkpoints.get("stripe").run
    assert run is not None
    assert run.position == Position(Listing.EVENTS, "evt_00005")
    world.later(hours=1)
    assert world.run().counted == 5
    world.later(hours=1)
    assert world.run() == Tally()  # refunds and disputes of the first span end it
    assert world.checkpoints.get("stripe").run is None


def test_ten_thousand_events_are_compared_in_two_runs() -> None:
    facts = [replace(DECLINED, event_id=f"evt_{n:05}", occurred_at=at(seconds=n * 60)) for n in range(10_000)]
    world = World(*facts)
    for fact in facts[:-1]:
        world.inbox.put(Received(fact, fact.occurred_at, fact.occurred_at))

    first = world.run()
    world.later(hours=1)
    rest = world.run()

    assert (first.counted, first.drift) == (10_000, 1)
    assert rest == Tally()
    assert world.checkpoints.get("stripe").run is None


def test_the_checkpoint_stays_before_a_page_that_was_not_taken_in() -> None:
    world = World(PAID)
    history = world.history

    class Broken(MemoryHistory):
        def page(self, span: Span, position: Position) -> FactsPage:
            raise Unavailable(f"{span} {position}")

    broken = dataclasses.replace(
        world.reconcile, compare=dataclasses.replace(world.reconcile.compare, history=Broken("stripe"))
    )
    with pytest.raises(Unavailable):
        broken(lambda _tally: None)

    assert world.checkpoints.get("stripe") == Checkpoint()
    assert history.listed
    assert world.run().drift == 1


def test_a_run_that_another_overtook_ends_without_moving_the_checkpoint_back() -> None:
    world = World(PAID, page_size=1)
    further = Checkpoint(1, at(days=9))

    def overtaken(_tally: Tally) -> None:
        world.checkpoints.stored["stripe"] = further

    assert world.reconcile(overtaken)
    assert world.checkpoints.get("stripe") == further


def test_a_place_that_the_provider_forgot_is_given_up() -> None:
    world = World(replace(PAID, occurred_at=at(days=39)))
    lost = Run(Span(at(days=1), at(days=2)), Position(Listing.EVENTS, "evt_forgotten"))
    world.checkpoints.stored["stripe"] = Checkpoint(4, at(days=1), lost)
    world.clock.at = at(days=40)

    assert world.run().drift == 1
    assert world.checkpoints.get("stripe").until == at(days=40) - timedelta(minutes=10)


@given(arrived=st.sets(st.integers(0, 6)), listed_again=st.booleans())
@settings(max_examples=40)
def test_whatever_arrived_reconciling_gives_what_all_webhooks_would_have_given(
    arrived: set[int], *, listed_again: bool
) -> None:
    everything = [
        DECLINED,
        PAID,
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_3", at(days=1), subject="re_1", amount=500),
        a_fact(FactKind.CHARGE_REFUNDED, "evt_4", at(days=1), subject="ch_1", amount=500),
        a_fact(FactKind.DISPUTE_OPENED, "evt_5", at(days=2), subject="dp_1"),
        a_fact(FactKind.DISPUTE_WON, "evt_6", at(days=3), subject="dp_1"),
        a_fact(FactKind.REFUND_SUCCEEDED, "evt_7", at(days=4), subject="re_2", amount=1490),
    ]
    complete, partial = World(*everything), World(*everything)
    complete.receive(*everything)
    partial.receive(*(fact for number, fact in enumerate(everything) if number in arrived))

    assert partial.run().drift == len(everything) - len(arrived)
    if listed_again:
        partial.checkpoints.stored.clear()
        assert partial.run().drift == 0

    ours, theirs = (world.orders.get("acc-1", "ord-1").settlement for world in (partial, complete))
    assert ours == theirs
    assert partial.books.periods("acc-1") == complete.books.periods("acc-1")
