"""A member closes the account: what blocks it, the decision, and the effect with the notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.events import AccountClosed, AccountClosing, ClosingRefused
from allmytracks.accounts.rules import AccountFrozen, AccountStatus, WrongCode, WrongCredentials
from allmytracks.accounts.rules_closing import RefusalReason
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.rules_sign_ups import hash_of
from allmytracks.closing.rules import (
    ClosingBlocked,
    ClosingDecided,
    ClosingNotFound,
    ClosingStatus,
)
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339
from allmytracks.payments.orders.rules import OrderStatus, Settlement
from allmytracks.tickets.rules import TicketKind, TicketStatus
from tests.factories.closing_office import ADA, EMAIL, Office
from tests.factories.instants import NOW
from tests.factories.memberships import period
from tests.factories.sign_up_world import HOME, PASSWORD, REQUEST
from tests.factories.tickets import a_ticket
from tests.fakes.enforcement import MemoryStandings
from tests.faults.injector import Fault, Killed, Kind, Moment, no_faults

DAY = timedelta(days=1)
SETTLED = Settlement(OrderStatus.PAID, activated_at=NOW)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.clause("S-6.2")
@pytest.mark.clause("S-6.3")
def test_everything_that_stands_against_closing_is_named_at_once(office: Office) -> None:
    office.clock.at = NOW + timedelta(days=7) - timedelta(seconds=1)
    now = office.clock.now()
    office.order("ord-pending", checkout=True)
    office.order("ord-quoted")
    office.order("ord-disputed", replace(SETTLED, open_disputes=("dp_1",)))
    office.order("ord-owed", replace(SETTLED, amount_uncounted=500))
    office.order("ord-paid", replace(SETTLED, amount_paid=1990))
    office.memberships.paid[office.account_id] = (period(starts_at=now, days=30), period(starts_at=now, days=60))
    office.standings.standings[office.account_id] = "frozen"
    office.accounts.becomes(office.account_id, AccountStatus.FROZEN)
    named = [
        ("account_too_young", None),
        ("ownership_disputed", None),
        ("open_dispute", "ord-disputed"),
        ("unfinished_order", "ord-pending"),
        ("balance", "ord-owed"),
    ]
    assert office.blocks() == [*named, ("membership_running", None)]
    assert office.blocks(forfeit=True) == named
    _, shown = office.apply.show(office.account_id)
    assert shown[0].until == NOW + timedelta(days=7)
    assert shown[-1].until == now + timedelta(days=60)
    assert office.closings.stored == {}


@pytest.mark.clause("S-6.2")
def test_the_seven_days_begin_when_the_account_becomes_active_not_when_it_signs_up(office: Office) -> None:
    signed_up = office.world.sign_up(replace(REQUEST, email="bob@example.org"))
    office.clock.advance(hours=23)
    activated = office.clock.now()
    office.world.verify("bob@example.org", office.world.code("bob@example.org"))
    office.clock.at = activated + timedelta(days=7) - timedelta(seconds=1)
    [block] = office.apply.show(signed_up.account_id)[1]
    assert (block.code, block.until) == ("account_too_young", activated + timedelta(days=7))
    office.clock.advance(seconds=1)
    assert office.apply.show(signed_up.account_id)[1] == []


@pytest.mark.clause("S-6.3")
def test_a_password_reset_under_way_blocks_until_its_code_ends(office: Office) -> None:
    office.world.ask_password_reset("bob@example.org")
    assert office.apply.show(office.account_id)[1] == []
    office.world.ask_password_reset(EMAIL)
    assert office.blocks() == [("password_reset_pending", None)]
    office.clock.advance(hours=1)
    assert office.apply.show(office.account_id)[1] == []


@pytest.mark.clause("S-6.2")
@pytest.mark.clause("S-6.3")
def test_unfinished_tickets_block_and_one_about_ownership_is_a_dispute(office: Office) -> None:
    member = office.account_id
    office.tickets.add(a_ticket("T-1", member))
    office.tickets.add(a_ticket("T-2", member, status=TicketStatus.WAITING_FOR_MEMBER, opened_at=NOW + DAY))
    office.tickets.add(a_ticket("T-3", member, status=TicketStatus.ANSWERED))
    office.tickets.add(a_ticket("T-4", member, status=TicketStatus.CLOSED))
    claimed = a_ticket("T-5", None, kind=TicketKind.OWNERSHIP, concerns=member, opened_at=NOW + 2 * DAY)
    office.tickets.add(claimed)
    office.tickets.add(a_ticket("T-6", "acc-2"))
    assert office.blocks() == [("open_ticket", "T-1"), ("open_ticket", "T-2"), ("ownership_disputed", None)]


@pytest.mark.clause("S-6.2")
def test_an_account_of_seven_days_applies_once_and_takes_it_back(office: Office) -> None:
    office.clock.at = NOW + timedelta(days=7)
    assert office.apply.show(office.account_id) == (None, [])
    closing = office.apply(office.account_id, forfeit=False, reason="I need it no more.")
    assert closing.status is ClosingStatus.APPLIED
    office.clock.advance(hours=1)
    assert office.apply(office.account_id, forfeit=True, reason=None) == closing
    assert office.status() is AccountStatus.ACTIVE
    for _ in range(2):
        office.apply.withdraw(office.account_id)
    assert office.apply.show(office.account_id) == (None, [])
    with pytest.raises(ClosingNotFound):
        office.decide.approve(office.account_id, ADA)


@pytest.mark.clause("U-II.III.3")
@pytest.mark.clause("S-6.3")
@pytest.mark.parametrize("forfeit", [True, False])
def test_a_membership_that_began_meanwhile_is_given_up_only_as_the_application_says(
    office: Office, *, forfeit: bool
) -> None:
    office.apply(office.account_id, forfeit=forfeit, reason=None)
    office.memberships.paid[office.account_id] = (period(starts_at=office.clock.now(), days=30),)
    blocks = [] if forfeit else ["membership_running"]
    assert [block.code for block in office.apply.show(office.account_id)[1]] == blocks
    with nullcontext() if forfeit else pytest.raises(ClosingBlocked):
        office.decide.approve(office.account_id, ADA)
    assert office.status() is (AccountStatus.CLOSING if forfeit else AccountStatus.ACTIVE)


@pytest.mark.clause("S-6.3")
def test_an_operators_refusal_is_told_and_the_member_can_apply_again(office: Office) -> None:
    office.apply(office.account_id, forfeit=False, reason=None)
    for _ in range(2):
        office.decide.refuse(office.account_id, RefusalReason.INVESTIGATION, ADA)
    at = rfc3339(office.clock.now())
    assert set(office.events.published) == {ClosingRefused(office.account_id, "investigation", at)}
    assert office.status() is AccountStatus.ACTIVE
    with pytest.raises(ClosingDecided):
        office.decide.approve(office.account_id, ADA)
    with pytest.raises(ClosingDecided):
        office.apply.withdraw(office.account_id)
    office.clock.advance(hours=1)
    assert office.apply(office.account_id, forfeit=False, reason=None).status is ClosingStatus.APPLIED


@pytest.mark.clause("S-6.3")
def test_what_begins_between_application_and_approval_refuses_it_and_leaves_the_account(office: Office) -> None:
    office.apply(office.account_id, forfeit=False, reason=None)
    office.order("ord-pending", checkout=True)
    with pytest.raises(ClosingBlocked):
        office.decide.approve(office.account_id, ADA)
    assert office.status() is AccountStatus.ACTIVE
    assert office.events.published == []


@pytest.mark.clause("S-6.3")
def test_an_order_confirmed_while_the_account_begins_to_close_gives_the_account_back(office: Office) -> None:
    office.apply(office.account_id, forfeit=False, reason=None)
    move = office.standings.move

    class Racing(MemoryStandings):
        def move(self, account_id: str, event: Any, reason: str | None = None) -> AccountStatus:
            if not office.orders.stored:
                office.order("ord-late", checkout=True)
            return move(account_id, event, reason)

    decide = dataclasses.replace(office.decide, standings=Racing(office.accounts))
    with pytest.raises(ClosingBlocked):
        decide.approve(office.account_id, ADA)
    assert office.status() is AccountStatus.ACTIVE
    closing = office.closings.get(office.account_id)
    assert closing is not None
    assert closing.status is ClosingStatus.APPLIED


@pytest.mark.clause("S-6.3")
@pytest.mark.parametrize("act", ["refuse", "approve"])
def test_an_account_that_a_crashed_approval_began_to_close_is_given_back_with_the_refusal(
    office: Office, act: str
) -> None:
    office.apply(office.account_id, forfeit=False, reason=None)
    office.calls.expect(lambda _n, name: Fault(Kind.KILLED, Moment.BEFORE) if name == "decide" else None)
    crashing = dataclasses.replace(office.decide, closings=office.fallible(office.closings))
    with pytest.raises(Killed):
        crashing.approve(office.account_id, ADA)
    assert office.status() is AccountStatus.CLOSING
    if act == "refuse":
        for _ in range(2):
            office.decide.refuse(office.account_id, RefusalReason.INVESTIGATION, ADA)
    else:
        office.order("ord-disputed", replace(SETTLED, open_disputes=("dp_1",)))
        with pytest.raises(ClosingBlocked):
            office.decide.approve(office.account_id, ADA)
    assert office.status() is AccountStatus.ACTIVE


@pytest.mark.clause("U-II.III.3")
@pytest.mark.clause("S-6.4")
def test_closing_takes_effect_with_the_notice_and_not_before(office: Office) -> None:
    refresh = office.world.sign_in(EMAIL, PASSWORD, HOME).refresh_token or ""
    told = office.approve()
    assert told.reason == "member_request"
    assert office.status() is AccountStatus.CLOSING
    assert office.standings.standings[office.account_id] == "closing"
    with pytest.raises(AccountFrozen):
        office.apply.withdraw(office.account_id)
    before = len(office.world.mailer.sent)
    office.deliver(told)
    [mail] = office.world.mailer.sent[before:]
    assert mail.to == EMAIL
    assert office.status() is AccountStatus.CLOSED
    assert office.events.published[-1] == AccountClosed(
        office.account_id, "member_request", rfc3339(office.clock.now())
    )
    with pytest.raises(WrongCredentials):
        office.world.sign_in(EMAIL, PASSWORD, HOME)
    with pytest.raises(WrongCredentials):
        office.world.identity.refresh(refresh)


@pytest.mark.clause("S-6.4")
def test_without_a_notice_nothing_is_closed(office: Office) -> None:
    told = office.approve()
    office.calls.expect(lambda _n, name: Fault(Kind.TIMED_OUT, Moment.BEFORE) if name == "send" else None)
    with pytest.raises(Unavailable):
        office.deliver(told)
    assert office.status() is AccountStatus.CLOSING
    assert office.world.addresses.get(EMAIL, office.clock.now()).owner is not None


@pytest.mark.clause("S-6.5")
def test_the_address_signs_up_again_after_ten_days_and_no_answer_tells_before(office: Office) -> None:
    stranger = office.world.sign_up(replace(REQUEST, email="bob@example.org"))
    office.deliver(office.approve())
    office.clock.advance(days=10, seconds=-1)
    again = office.world.sign_up(REQUEST)
    assert again.status is stranger.status
    mail = office.world.mailer.sent[-1]
    assert "can sign up again from" in mail.text
    [held] = office.world.addresses.held[EMAIL].values()
    assert held.account_id == again.account_id
    office.world.addresses.hold(EMAIL, replace(held, code_hash=hash_of("12345678", held.account_id)))
    with pytest.raises(WrongCode):  # were the code guessed
        office.world.verify(EMAIL, "12345678")
    office.clock.advance(days=2)
    fresh = office.world.sign_up(REQUEST)
    office.world.verify(EMAIL, office.world.code())
    owner = office.world.addresses.get(EMAIL, office.clock.now()).owner
    assert owner is not None
    assert owner.account_id == fresh.account_id
    assert office.status() is AccountStatus.CLOSED


def _crashes() -> list[tuple[int, Fault]]:
    steps = 12
    kinds = (Kind.KILLED, Kind.TIMED_OUT)
    return [(step, Fault(kind, moment)) for step in range(steps) for kind in kinds for moment in Moment]


@pytest.mark.clause("S-6.4")
@pytest.mark.clause("S-6.5")
@pytest.mark.parametrize(("step", "fault"), _crashes(), ids=str)
def test_a_crash_at_any_point_is_repaired_by_the_next_delivery(office: Office, step: int, fault: Fault) -> None:
    told = office.approve()
    office.calls.expect(_at(step, fault))
    try:
        office.deliver(told)
    except (Killed, Unavailable):
        office.clock.advance(minutes=5)  # the queue hands the message out again
        office.calls.expect(no_faults)
        office.deliver(told)
    assert office.status() is AccountStatus.CLOSED
    assert office.world.addresses.get(EMAIL, office.clock.now()).owner is None
    assert office.world.embargoes.until(EMAIL, office.clock.now()) is not None
    assert office.world.identity.users == {}
    assert any(isinstance(each, AccountClosed) for each in office.events.published)
    closing_mails = [mail for mail in office.world.mailer.sent if "closed" in mail.subject]
    repeated = step in {3, 4}  # it may have been sent: sent again rather than never
    assert len(closing_mails) == 1 or repeated


def _at(step: int, fault: Fault) -> Callable[[int, str], Fault | None]:
    return lambda number, _name: fault if number == step else None


@pytest.mark.clause("S-6.1.close")
def test_an_operator_closes_for_its_own_reasons_only_and_each_is_told(office: Office) -> None:
    for _ in range(2):
        office.decide.close(office.account_id, Reason.UNTRUE_DATA, ADA)
    told = AccountClosing(office.account_id, "untrue_data", rfc3339(office.clock.now()))
    assert office.events.published == [told, told]
    assert [(act.name, act.reason) for act in office.log.acts] == [("account_closed", "untrue_data")] * 2
    office.deliver(told)
    office.deliver(told)
    assert office.status() is AccountStatus.CLOSED
    assert [mail.subject for mail in office.world.mailer.sent].count("Your AllMyTracks account is closed") == 1
    assert "untrue data" in office.world.mailer.sent[-1].text


def test_a_notice_that_comes_after_a_closing_was_turned_back_closes_nothing(office: Office) -> None:
    told = AccountClosing(office.account_id, "member_request", rfc3339(office.clock.now()))
    office.deliver(told)
    assert office.status() is AccountStatus.ACTIVE
    del office.accounts.stored[office.account_id]
    office.deliver(told)
    assert office.events.published == []
