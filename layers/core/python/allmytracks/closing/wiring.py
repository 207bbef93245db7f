"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allmytracks.accounts.ports_closing import ClosingBlocks
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.closing.ports import Closings
    from allmytracks.closing.use_cases.apply_for_closing import ApplyForClosing
    from allmytracks.closing.use_cases.complete_closing import CompleteClosing
    from allmytracks.closing.use_cases.decide_closing import DecideClosing
    from allmytracks.closing.use_cases.decline_late_payment import DeclineLatePayment
    from allmytracks.closing.use_cases.end_service import EndService
    from allmytracks.closing.use_cases.keep_deadlines import KeepDeadlines
    from allmytracks.closing.use_cases.refuse_as_guardian import RefuseAsGuardian
    from allmytracks.enforcement.wiring import EnforcementServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.notices.wiring import NoticeServices
    from allmytracks.payments.wiring import PaymentServices
    from allmytracks.publishing.wiring import PublishingServices
    from allmytracks.storage.wiring import StorageServices
    from allmytracks.tickets.wiring import TicketServices


class ClosingServices:
    """Applications to close an account, their decision and effect."""

    def __init__(
        self,
        foundation: FoundationServices,
        accounts: AccountServices,
        memberships: MembershipServices,
        payments: PaymentServices,
        enforcement: EnforcementServices,
        notices: NoticeServices,
        tickets: TicketServices,
        publishing: PublishingServices,
        storage: StorageServices,
    ) -> None:
        self._foundation = foundation
        self._accounts = accounts
        self._memberships = memberships
        self._payments = payments
        self._enforcement = enforcement
        self._notices = notices
        self._tickets = tickets
        self._publishing = publishing
        self._storage = storage

    @cached_property
    def repository(self) -> Closings:
        from allmytracks.closing.dynamodb import DynamoClosings

        return DynamoClosings(self._foundation.accounts_table)

    @cached_property
    def blocks(self) -> Sequence[ClosingBlocks]:
        """The blocks to closing: one entry for each capability that can report any."""
        from allmytracks.accounts.use_cases.list_closing_blocks import ListAccountBlocks
        from allmytracks.memberships.use_cases.list_closing_blocks import ListMembershipBlocks
        from allmytracks.payments.orders.use_cases.list_closing_blocks import ListOrderBlocks
        from allmytracks.tickets.use_cases.list_closing_blocks import ListTicketBlocks

        return (
            ListAccountBlocks(self._accounts.repository, self._accounts.codes),
            ListOrderBlocks(self._payments.orders.repository),
            ListMembershipBlocks(self._memberships.repository),
            ListTicketBlocks(self._tickets.repository),
            self._storage.blocks,
        )

    @cached_property
    def apply(self) -> ApplyForClosing:
        from allmytracks.closing.use_cases.apply_for_closing import ApplyForClosing

        return ApplyForClosing(self._accounts.repository, self.repository, self.blocks, self._foundation.clock)

    @cached_property
    def decide(self) -> DecideClosing:
        from allmytracks.closing.use_cases.decide_closing import DecideClosing

        return DecideClosing(
            accounts=self._accounts.repository,
            closings=self.repository,
            standings=self._enforcement.standings,
            blocks=self.blocks,
            events=self._foundation.events,
            audit=self._foundation.audit,
            clock=self._foundation.clock,
        )

    @cached_property
    def complete(self) -> CompleteClosing:
        from allmytracks.closing.use_cases.complete_closing import CompleteClosing

        return CompleteClosing(
            accounts=self._accounts.repository,
            addresses=self._accounts.addresses,
            embargoes=self._accounts.embargoes,
            identity=self._accounts.identity,
            standings=self._enforcement.standings,
            numbers=self._accounts.receipt_numbers,
            notices=self._notices.repository,
            mailer=self._foundation.mailer,
            events=self._foundation.events,
            clock=self._foundation.clock,
            site_url=self._foundation.settings.site_url,
        )

    @cached_property
    def decline_late_payment(self) -> DeclineLatePayment:
        from allmytracks.closing.use_cases.decline_late_payment import DeclineLatePayment

        return DeclineLatePayment(
            self._accounts.repository,
            self.repository,
            self._payments.orders.repository,
            self._storage.end_renewals,
            self._payments.ledger.take_in_fact,
            self._foundation.clock,
        )

    @cached_property
    def refuse_as_guardian(self) -> RefuseAsGuardian:
        from allmytracks.closing.use_cases.refuse_as_guardian import RefuseAsGuardian

        return RefuseAsGuardian(self._enforcement.answer_as_guardian, self.decide)

    @cached_property
    def keep_deadlines(self) -> KeepDeadlines:
        from allmytracks.accounts.rules_deadlines import DeadlineKind
        from allmytracks.closing.use_cases.end_unused_account import EndUnusedAccount
        from allmytracks.closing.use_cases.end_waiting_for_guardian import EndWaitingForGuardian
        from allmytracks.closing.use_cases.enforce_demand import EnforceDemand
        from allmytracks.closing.use_cases.keep_deadlines import KeepDeadlines

        accounts, clock = self._accounts.repository, self._foundation.clock
        unused = EndUnusedAccount(
            accounts, self.blocks, self._enforcement.standings, self.decide, self._foundation.events, clock
        )
        demand = EnforceDemand(accounts, self._enforcement.standings, self._foundation.events)
        return KeepDeadlines(
            self._accounts.deadlines,
            {
                DeadlineKind.GUARDIAN: EndWaitingForGuardian(accounts, self.decide),
                DeadlineKind.INACTIVITY: unused,
                DeadlineKind.CORRECTION: demand,
                DeadlineKind.TEXT: demand,
            },
            clock,
        )

    @cached_property
    def end_service(self) -> EndService:
        from allmytracks.closing.use_cases.end_service import EndService

        return EndService(
            publications=self._publishing.fresh_publications,
            accounts=self._accounts.repository,
            decide=self.decide,
            audit=self._foundation.audit,
            clock=self._foundation.clock,
        )
