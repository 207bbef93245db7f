"""From a webhook to a membership, on memory twins: nothing lost, nothing twice, in any order."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountKind
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.events import Event
from allmytracks.foundation.messages import Mail
from allmytracks.memberships.use_cases.get_membership import GetMembership
from allmytracks.payments.events import LicenseIssued, MembershipActivated, OrderFailed, PaymentReturned
from allmytracks.payments.ledger.rules_folding import Outcome
from allmytracks.payments.ledger.rules_inbox import Owner, Received, ReceivedStatus
from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
from allmytracks.payments.orders.rules import OrderStatus
from allmytracks.payments.ports import Books
from allmytracks.payments.rules import (
    Fact,
    FactKind,
    FactNotKnown,
    InvalidSignature,
    UnknownProvider,
)
from tests.factories.payment_world import PAID, PAID_NEXT, REFUNDED, World
from tests.factories.payments import a_fact, an_order, at
from tests.fakes.bookkeeping import MemoryBookkeeping
from tests.fakes.foundation import MemoryEvents, MemoryMailer
from tests.fakes.payment_provider import MemoryProvider

DISPUTED = a_fact(FactKind.DISPUTE_OPENED, "evt_4", at(days=4), "ord-2", subject="dp_2")
WON = a_fact(FactKind.DISPUTE_WON, "evt_5", at(days=9), "ord-2", subject="dp_2")


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.clause("M-II.3")
@pytest.mark.clause("M-II.5")
def test_a_paid_webhook_makes_a_membership_and_tells_of_it_once(world: World) -> None:
    world.webhook(PAID)
    assert world.bookkeeping.periods("acc-1") == ()

    world.work_off()

    [period] = world.bookkeeping.periods("acc-1")
    assert world.status("ord-1") is OrderStatus.PAID
    assert world.bookkeeping.allowances["acc-1"] == (period,)
    assert [event.name for event in world.events.published] == ["MembershipActivated"]
    membership = GetMembership(world.bookkeeping, world.clock)("acc-1")
    assert (membership.status, membership.shown) == ("active", period)


def test_an_unsigned_webhook_stores_nothing(world: World) -> None:
    body, _ = MemoryProvider.signed(PAID)

    with pytest.raises(InvalidSignature):
        world.receive("memory", body, {"signature": "forged"})

    assert world.inbox.stored == {}
    assert not world.queue.waiting


def test_a_webhook_of_an_unknown_provider_is_refused(world: World) -> None:
    with pytest.raises(UnknownProvider):
        world.receive("other", *MemoryProvider.signed(PAID))


def test_an_unknown_kind_is_stored_and_has_no_effect(world: World) -> None:
    world.webhook(replace(PAID, kind=FactKind.OTHER, source_kind="customer.created"))

    assert len(world.inbox.stored) == 1
    assert not world.queue.waiting


def test_a_repeated_webhook_is_queued_again_until_it_was_folded(world: World) -> None:
    world.webhook(PAID)
    world.queue.waiting.clear()  # the process crashed between storing and queueing

    world.webhook(PAID)
    world.work_off()
    world.webhook(PAID)

    assert world.status("ord-1") is OrderStatus.PAID
    assert not world.queue.waiting


def test_a_crash_after_folding_and_before_telling_is_repaired_by_the_retry(world: World) -> None:
    class BrokenBus(MemoryEvents):
        def publish(self, events: object) -> None:  # noqa: ARG002 - the port's signature
            raise Unavailable

    world.webhook(PAID)
    broken = FoldPayments(world.inbox, world.bookkeeping, BrokenBus(), world.clock)
    with pytest.raises(Unavailable):
        broken("stripe", "evt_1")
    assert world.status("ord-1") is OrderStatus.PAID

    world.work_off()
    world.fold("stripe", "evt_1")

    assert [event.name for event in world.events.published] == ["MembershipActivated"]


def test_a_refund_that_overtakes_its_payment_is_folded_with_it(world: World) -> None:
    world.webhook(REFUNDED)
    world.work_off()
    assert world.statuses() == {ReceivedStatus.UNATTACHED}

    world.webhook(PAID)
    world.work_off()

    assert world.status("ord-1") is OrderStatus.REFUNDED
    assert world.statuses() == {ReceivedStatus.FOLDED}
    assert all(not payment.waiting for payment in world.bookkeeping.payments.values())


def test_a_chain_of_events_that_wait_for_each_other_is_folded_with_the_payment(world: World) -> None:
    """The dispute names the charge alone, and only the charge's own event says which payment it is of."""
    disputed = replace(DISPUTED, references=("ch_1",), occurred_at=at(hours=1))
    charged = replace(REFUNDED, kind=FactKind.CHARGE_REFUNDED, references=("pi_ord-1", "ch_1"), amount=500)
    for fact in (disputed, charged):
        world.webhook(fact)
        world.work_off()
    assert world.statuses() == {ReceivedStatus.UNATTACHED}

    world.webhook(PAID)
    world.work_off()

    assert world.status("ord-1") is OrderStatus.DISPUTED
    assert world.statuses() == {ReceivedStatus.FOLDED}


def test_a_message_about_nothing_in_the_inbox_fails(world: World) -> None:
    with pytest.raises(FactNotKnown):
        world.fold("stripe", "evt_missing")


def test_a_fold_that_was_overtaken_starts_from_anew(world: World) -> None:
    class Overtaken(MemoryBookkeeping):
        """Another worker writes between this one's reading and writing, once."""

        times = 1

        def close(self, owner: Owner, books: Books, outcome: Outcome, received: Received, now: datetime) -> bool:
            if self.times:
                self.times -= 1
                super().attach(owner, REFUNDED)
                self.memberships[owner.account_id] = (books.version + 1, ())
            return super().close(owner, books, outcome, received, now)

    books = Overtaken(world.accounts, world.orders, world.inbox)
    world.webhook(PAID)

    FoldPayments(world.inbox, books, world.events, world.clock)("stripe", "evt_1")

    assert world.status("ord-1") is OrderStatus.REFUNDED
    assert [event.name for event in world.events.published] == ["PaymentReturned"]


@pytest.mark.clause("U-II.III.1.4")
def test_buying_business_makes_the_account_an_enterprise_once_it_begins(world: World) -> None:
    world.orders.add(an_order("ord-b", plan_id="business", amount=5990))
    business = replace(PAID, event_id="evt_b", order_id="ord-b", amount=5990, references=("pi_b",))
    world.webhook(PAID)
    world.webhook(business)
    world.work_off()
    premium, began = world.bookkeeping.periods("acc-1")
    account = world.accounts.get("acc-1")
    assert account.kind_at(premium.ends_at - timedelta(seconds=1)) is AccountKind.INDIVIDUAL
    assert account.kind_at(began.starts_at) is AccountKind.ENTERPRISE

    back = replace(REFUNDED, event_id="evt_b_back", subject="re_b", amount=5990, references=("pi_b",))
    world.webhook(replace(back, occurred_at=began.starts_at + timedelta(days=1)))
    world.work_off()
    assert world.status("ord-b") is OrderStatus.REFUNDED
    # For good, whatever becomes of the order.
    assert world.accounts.get("acc-1").kind_at(began.starts_at) is AccountKind.ENTERPRISE


@pytest.mark.clause("U-II.III.1.4", "M-II.8")
@pytest.mark.parametrize("business_first", [True, False])
def test_premium_paid_after_business_is_refunded_in_either_order_of_arrival(
    world: World, *, business_first: bool
) -> None:
    """Its checkout was open when Business was paid; the events may arrive in any order."""
    world.orders.add(an_order("ord-b", plan_id="business", amount=5990))
    business = replace(
        PAID,
        event_id="evt_b",
        order_id="ord-b",
        amount=5990,
        references=("pi_b",),
        occurred_at=PAID.occurred_at - timedelta(minutes=1),
    )
    for fact in (business, PAID) if business_first else (PAID, business):
        world.webhook(fact)
        world.work_off()
    assert [each.order_id for each in world.bookkeeping.periods("acc-1")] == ["ord-b"]
    assert world.status("ord-1") is OrderStatus.DECLINED
    refused = world.orders.get("acc-1", "ord-1")
    assert refused.amount_to_settle == refused.amount
    assert [each.plan for each in world.bookkeeping.allowances["acc-1"]] == ["business"]
    assert "OrderDeclined" in [event.name for event in world.events.published]


def test_the_allowance_holds_only_what_has_not_ended(world: World) -> None:
    world.clock.at = at(days=400)

    world.webhook(PAID)
    world.work_off()

    assert len(world.bookkeeping.periods("acc-1")) == 1
    assert world.bookkeeping.allowances["acc-1"] == ()


@given(st.permutations([PAID, REFUNDED, PAID_NEXT, DISPUTED, WON]), st.data())
def test_any_order_and_duplication_of_webhooks_gives_the_same_state(arrivals: list[Fact], data: st.DataObject) -> None:
    straight, shuffled = World(), World()
    for fact in (PAID, REFUNDED, PAID_NEXT, DISPUTED, WON):
        straight.webhook(fact)
    straight.work_off()
    for fact in [*arrivals, *data.draw(st.lists(st.sampled_from(arrivals), max_size=4))]:
        shuffled.webhook(fact)
        if data.draw(st.booleans()):
            shuffled.work_off()
    shuffled.work_off()

    assert [each[:2] for each in shuffled.state()[0]] == [each[:2] for each in straight.state()[0]]  # type: ignore[index]
    assert shuffled.state()[1:] == straight.state()[1:]  # type: ignore[index]
    assert not shuffled.queue.waiting


# ------------------------------------------------------------------ notices


def told(world: World, event: Event) -> None:
    detail = event.detail()
    order_id = detail.get("order_id")
    world.notify(event.name, event.account_id, str(order_id) if order_id else None)


@pytest.mark.clause("U-VIII")
def test_a_member_gets_one_notice_of_activation_and_one_of_return(world: World) -> None:
    for fact in (PAID, REFUNDED):
        world.webhook(fact)
        world.work_off()
        for event in world.events.published:
            if event.name == "MembershipActivated" and fact is REFUNDED:
                continue
            told(world, event)
            told(world, event)

    assert [mail.subject for mail in world.mailer.sent] == [
        "Your AllMyTracks membership",
        "Your AllMyTracks payment was returned",
    ]
    assert {mail.to for mail in world.mailer.sent} == {"acc-1@example.org"}
    assert set(world.notices.stored.values()) == {world.clock.now()}


def test_a_failed_payment_has_a_notice(world: World) -> None:
    world.webhook(a_fact(FactKind.PAYMENT_FAILED, "evt_f", at(minutes=1)))
    world.work_off()
    [event] = world.events.published

    told(world, event)

    assert isinstance(event, OrderFailed)
    assert [mail.subject for mail in world.mailer.sent] == ["Your AllMyTracks order was not paid"]


def mailed(world: World, event: Event) -> list[str]:
    """The texts that this event sends now."""
    world.mailer.sent.clear()
    told(world, event)
    return [mail.text for mail in world.mailer.sent]


def test_a_declined_card_has_no_notice_once_another_card_paid(world: World) -> None:
    world.webhook(a_fact(FactKind.PAYMENT_FAILED, "evt_f", at(minutes=1)))
    world.work_off()
    world.webhook(PAID)
    world.work_off()

    failed, activated = world.events.published

    assert mailed(world, failed) == []
    assert len(mailed(world, activated)) == 1


def test_an_activation_has_no_notice_once_its_payment_was_returned(world: World) -> None:
    for fact in (PAID, REFUNDED):
        world.webhook(fact)
        world.work_off()
    activated, returned = world.events.published

    assert len(mailed(world, returned)) == 1
    assert mailed(world, activated) == []


def test_a_notice_of_a_partial_refund_does_not_say_that_a_cancelled_membership_continues(world: World) -> None:
    part = a_fact(FactKind.REFUND_SUCCEEDED, "evt_p", at(days=2), subject="re_p", amount=500)
    cancelled = a_fact(FactKind.MEMBERSHIP_CANCELLED, "evt_c", at(days=3))
    for fact in (PAID, part):
        world.webhook(fact)
        world.work_off()
    event = world.events.published[-1]

    [goes_on] = mailed(world, event)
    world.notices.stored.clear()
    world.webhook(cancelled)
    world.work_off()
    [is_over] = mailed(world, event)

    assert "goes on as before" in goes_on
    assert "goes on as before" not in is_over
    assert "USD 5.00" in is_over


def test_money_that_came_after_a_decline_and_went_back_had_paid_for_no_membership(world: World) -> None:
    declined = a_fact(FactKind.ORDER_DECLINED, "evt_d", at(minutes=1))
    for fact in (declined, PAID, REFUNDED):
        world.webhook(fact)
        world.work_off()

    [text] = mailed(world, world.events.published[-1])

    assert "was returned." in text


def test_each_restoration_has_a_notice(world: World) -> None:
    for turn, kind in enumerate([FactKind.REFUND_SUCCEEDED, FactKind.REFUND_FAILED] * 2):
        world.webhook(PAID)
        world.webhook(a_fact(kind, f"evt_t{turn}", at(days=2 + turn), subject=f"re_{turn // 2}"))
        world.work_off()
        for event in world.events.published[1:]:
            told(world, event)

    assert [mail.subject for mail in world.mailer.sent] == [
        "Your AllMyTracks payment was returned",
        "Your AllMyTracks membership runs again",
    ] * 2


def test_a_mail_that_could_not_be_sent_is_sent_by_the_retry(world: World) -> None:
    class ClosedPost(MemoryMailer):
        def send(self, mail: Mail) -> None:  # noqa: ARG002 - the port's signature
            raise Unavailable

    world.webhook(PAID)
    world.work_off()
    event = world.events.published[0]
    closed = dataclasses.replace(world.notify, mailer=ClosedPost())
    with pytest.raises(Unavailable):
        closed(event.name, "acc-1", "ord-1")

    told(world, event)

    assert len(world.mailer.sent) == 1


def test_an_event_without_a_notice_and_one_that_was_overtaken_send_nothing(world: World) -> None:
    told(world, LicenseIssued("acc-1", "L-1", "dl-1"))
    told(world, PaymentReturned("acc-1", "ord-1"))
    told(world, MembershipActivated("acc-1", "ord-1", "premium", "", ""))

    assert world.mailer.sent == []


def test_a_membership_is_shown_as_running_else_next_else_past(world: World) -> None:
    membership = GetMembership(world.bookkeeping, world.clock)
    assert (membership("acc-1").status, membership("acc-1").shown) == ("none", None)
    world.webhook(PAID)
    world.webhook(PAID_NEXT)
    world.work_off()
    first, second = world.bookkeeping.periods("acc-1")

    for now, status, shown in (
        (first.starts_at - timedelta(seconds=1), "upcoming", first),
        (first.ends_at - timedelta(seconds=1), "active", first),
        (first.ends_at, "active", second),
        (second.ends_at, "ended", second),
    ):
        world.clock.at = now
        assert (membership("acc-1").status, membership("acc-1").shown) == (status, shown)
