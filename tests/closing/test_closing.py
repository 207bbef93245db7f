"""A member closes the account: what stands against it, the decision, and the effect with the notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.events import AccountClosed, AccountClosing, ClosingRefused
from allmytracks.accounts.rules import AccountFrozen, AccountStatus, WrongCode, WrongCredentials
from allmytracks.accounts.rules_closing import RefusalReason
from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.rules_sign_ups import hash_of
from allmytracks.accounts.use_cases.list_closing_blocks import ListAccountBlocks
from allmytracks.closing.rules import (
    ClosingBlocked,
    ClosingDecided,
    ClosingNotFound,
    ClosingStatus,
)
from allmytracks.closing.use_cases.apply_for_closing import ApplyForClosing
from allmytracks.closing.use_cases.complete_closing import CompleteClosing
from allmytracks.closing.use_cases.decide_closing import DecideClosing
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339
from allmytracks.memberships.use_cases.list_closing_blocks import ListMembershipBlocks
from allmytracks.payments.orders.rules import Checkout, Order, OrderStatus, Settlement
from allmytracks.payments.orders.use_cases.list_closing_blocks import ListOrderBlocks
from allmytracks.tickets.rules import TicketKind, TicketStatus
from allmytracks.tickets.use_cases.list_closing_blocks import ListTicketBlocks
from tests.factories.instants import NOW
from tests.factories.memberships import period
from tests.factories.payments import an_order
from tests.factories.sign_up_world import HOME, PASSWORD, REQUEST, World
from tests.factories.tickets import a_ticket
from tests.fakes.closing import MemoryClosings
from tests.fakes.enforcement import MemoryStandings
from tests.fakes.foundation import CountedIds, MemoryAuditLog, MemoryEvents
from tests.fakes.memberships import MemoryMemberships
from tests.fakes.notices import MemoryNotices
from tests.fakes.orders import MemoryOrders
from tests.fakes.tickets import MemoryTickets
from tests.faults.injector import FallibleCalls, Fault, Killed, Kind, Moment, no_faults

ADA = Operator("arn:aws:iam::123456789012:user/ada", "192.0.2.9")
EMAIL = "ada@example.org"
DAY = timedelta(days=1)
SETTLED = Settlement(OrderStatus.PAID, activated_at=NOW)


class Fallible:
    """Another adapter, whose every call fails as planned."""

    def __init__(self, inner: Any, calls: FallibleCalls) -> None:
        self._inner, self._calls = inner, calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        return lambda *given, **named: self._calls.send(name, lambda: method(*given, **named))


class Office:
    """A member of eight days, and everything that closing the account touches."""

    def __init__(self) -> None:
        self.world = world = World()
        self.account_id = world.sign_up(REQUEST).account_id
        world.verify(EMAIL, world.code())
        world.clock.advance(days=8)
        self.accounts, self.clock = world.accounts, world.clock
        self.closings, self.standings = MemoryClosings(), MemoryStandings(world.accounts)
        self.orders, self.memberships, self.tickets = MemoryOrders(), MemoryMemberships(), MemoryTickets()
        self.events, self.notices, self.log = MemoryEvents(), MemoryNotices(), MemoryAuditLog()
        blocks = (
            ListAccountBlocks(world.accounts, world.codes),
            ListOrderBlocks(self.orders),
            ListMembershipBlocks(self.memberships),
            ListTicketBlocks(self.tickets),
        )
        self.apply = ApplyForClosing(world.accounts, self.closings, blocks, world.clock)
        audit = Audit(self.log, world.clock, CountedIds())
        self.decide = DecideClosing(
            world.accounts, self.closings, self.standings, blocks, self.events, audit, world.clock
        )
        self.calls = FallibleCalls()
        self.complete = CompleteClosing(
            accounts=self._fallible(world.accounts),
            addresses=self._fallible(world.addresses),
            embargoes=self._fallible(world.embargoes),
            identity=self._fallible(world.identity),
            standings=self._fallible(self.standings),
            notices=self._fallible(self.notices),
            mailer=self._fallible(world.mailer),
            events=self._fallible(self.events),
            clock=world.clock,
            site_url="https://site.example",
        )

    def _fallible(self, inner: Any) -> Any:
        return Fallible(inner, self.calls)

    def status(self) -> AccountStatus:
        return self.accounts.get(self.account_id).status

    def order(self, order_id: str, settlement: Settlement | None = None, *, checkout: bool = False) -> Order:
        page = Checkout("stripe", "cs_1", "https://pay.example") if checkout else None
        order = replace(
            an_order(order_id, account_id=self.account_id, quoted_at=self.clock.now()),
            settlement=settlement,
            checkout=page,
        )
        self.orders.add(order)
        return order

    def blocks(self, *, forfeit: bool = False) -> list[tuple[str, str | None]]:
        with pytest.raises(ClosingBlocked) as refused:
            self.apply(self.account_id, forfeit=forfeit, reason=None)
        return [(block["code"], block.get("reference")) for block in refused.value.extra["blocks"]]  # type: ignore[attr-defined]  # extra is untyped

    def approve(self) -> AccountClosing:
        self.apply(self.account_id, forfeit=True, reason=None)
        self.decide.approve(self.account_id, ADA)
        told = self.events.published[-1]
        assert isinstance(told, AccountClosing)
        return told

    def deliver(self, told: AccountClosing) -> None:
        self.complete(told.account_id, told.reason, told.at)


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
    office.accounts.set_status(office.account_id, AccountStatus.FROZEN, expected=AccountStatus.ACTIVE)
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
        def move(self, account_id: str, event: Any) -> AccountStatus:
            if not office.orders.stored:
                office.order("ord-late", checkout=True)
            return move(account_id, event)

    decide = dataclasses.replace(office.decide, standings=Racing(office.accounts))
    with pytest.raises(ClosingBlocked):
        decide.approve(office.account_id, ADA)
    assert office.status() is AccountStatus.ACTIVE
    closing = office.closings.get(office.account_id)
    assert closing is not None
    assert closing.status is ClosingStatus.APPLIED


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
    repeated = step in {2, 3}  # it may have been sent: sent again rather than never
    assert len(closing_mails) == 1 or repeated


def _at(step: int, fault: Fault) -> Callable[[int, str], Fault | None]:
    return lambda number, _name: fault if number == step else None


@pytest.mark.clause("S-6.1.close")
@pytest.mark.clause("U-II.truth")
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
