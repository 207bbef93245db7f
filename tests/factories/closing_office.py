"""The office where members close their accounts, with everything that this touches, in memory."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.events import AccountClosing
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.use_cases.list_closing_blocks import ListAccountBlocks
from allmytracks.closing.rules import (
    ClosingBlocked,
)
from allmytracks.closing.use_cases.apply_for_closing import ApplyForClosing
from allmytracks.closing.use_cases.complete_closing import CompleteClosing
from allmytracks.closing.use_cases.decide_closing import DecideClosing
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.memberships.use_cases.list_closing_blocks import ListMembershipBlocks
from allmytracks.payments.orders.rules import Checkout, Order, Settlement
from allmytracks.payments.orders.use_cases.list_closing_blocks import ListOrderBlocks
from allmytracks.tickets.use_cases.list_closing_blocks import ListTicketBlocks
from tests.factories.payments import an_order
from tests.factories.sign_up_world import REQUEST, World
from tests.fakes.accounts import MemoryReceiptNumbers
from tests.fakes.closing import MemoryClosings
from tests.fakes.foundation import CountedIds, MemoryAuditLog, MemoryEvents
from tests.fakes.memberships import MemoryMemberships
from tests.fakes.notices import MemoryNotices
from tests.fakes.orders import MemoryOrders
from tests.fakes.tickets import MemoryTickets
from tests.faults.injector import FallibleCalls

ADA = Operator("arn:aws:iam::123456789012:user/ada", "192.0.2.9")
EMAIL = "ada@example.org"


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
        self.closings, self.standings = MemoryClosings(), world.standings
        self.orders, self.memberships, self.tickets = MemoryOrders(), MemoryMemberships(), MemoryTickets()
        self.events, self.notices, self.log = MemoryEvents(), MemoryNotices(), MemoryAuditLog()
        self.blocks_of = blocks = (
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
            accounts=self.fallible(world.accounts),
            addresses=self.fallible(world.addresses),
            embargoes=self.fallible(world.embargoes),
            identity=self.fallible(world.identity),
            standings=self.fallible(self.standings),
            numbers=self.fallible(MemoryReceiptNumbers()),
            notices=self.fallible(self.notices),
            mailer=self.fallible(world.mailer),
            events=self.fallible(self.events),
            clock=world.clock,
            site_url="https://site.example",
        )

    def fallible(self, inner: Any) -> Any:
        """The adapter, whose calls fail as `calls` expects it."""
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
