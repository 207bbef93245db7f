"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.payments.ledger.use_cases.cancel_membership import CancelMembership, CancelMembershipAsOperator
    from allmytracks.payments.ledger.use_cases.decline_order import DeclineOrder
    from allmytracks.payments.ledger.use_cases.end_order import EndOrder
    from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
    from allmytracks.payments.ledger.use_cases.inspect_payments import InspectPayments
    from allmytracks.payments.ledger.use_cases.receive_webhook import ReceiveWebhook
    from allmytracks.payments.ledger.use_cases.replay_payments import ReplayPayments
    from allmytracks.payments.ledger.use_cases.rule_on_payment import RuleOnPayment
    from allmytracks.payments.ledger.use_cases.sweep_inbox import SweepInbox
    from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
    from allmytracks.payments.orders.wiring import OrderServices
    from allmytracks.payments.ports import (
        Bookkeeping,
        DeadLetters,
        Inbox,
        PaymentsQueue,
        Subscriptions,
        WebhookReader,
    )
    from allmytracks.payments.rules import Fact
    from allmytracks.payments.stripe.wiring import StripeServices


class _Deferred:
    """A reader that is created with its first webhook, so that one provider's code costs another's webhooks nothing."""

    def __init__(self, make: Callable[[], WebhookReader]) -> None:
        self._make = make

    def read(self, body: bytes, headers: Mapping[str, str]) -> Fact:
        """Delegates to the reader."""
        return self._make().read(body, headers)


class LedgerServices:
    """Payment facts: webhooks, inbox, folding, and what operators do with them."""

    def __init__(
        self,
        foundation: FoundationServices,
        accounts: AccountServices,
        memberships: MembershipServices,
        stripe: StripeServices,
        orders: OrderServices,
    ) -> None:
        self._foundation = foundation
        self._accounts = accounts
        self._memberships = memberships
        self._stripe = stripe
        self._orders = orders

    @cached_property
    def dead_letters(self) -> DeadLetters:
        from allmytracks.foundation.aws.client import SQS, aws_client
        from allmytracks.payments.ledger.sqs_dead_letters import SqsDeadLetters

        return SqsDeadLetters(aws_client(SQS), self._foundation.settings.payments_dead_letters_url)

    @cached_property
    def inspect(self) -> InspectPayments:
        from allmytracks.payments.ledger.use_cases.inspect_payments import InspectPayments

        return InspectPayments(self.inbox, self.bookkeeping, self._accounts.repository, self._foundation.audit)

    @cached_property
    def replay(self) -> ReplayPayments:
        from allmytracks.payments.ledger.use_cases.replay_payments import ReplayPayments

        return ReplayPayments(self.inbox, self.queue, self.dead_letters, self._foundation.audit, self._foundation.ids)

    @cached_property
    def rule_on(self) -> RuleOnPayment:
        from allmytracks.payments.ledger.use_cases.rule_on_payment import RuleOnPayment

        return RuleOnPayment(
            inbox=self.inbox,
            queue=self.queue,
            owners=self._orders.owners,
            accounts=self._accounts.repository,
            audit=self._foundation.audit,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
        )

    @cached_property
    def decline_order(self) -> DeclineOrder:
        from allmytracks.payments.ledger.use_cases.decline_order import DeclineOrder

        return DeclineOrder(self._orders.owners, self._orders.repository, self.end_order, self._foundation.audit)

    @cached_property
    def cancel_as_operator(self) -> CancelMembershipAsOperator:
        from allmytracks.payments.ledger.use_cases.cancel_membership import CancelMembershipAsOperator

        return CancelMembershipAsOperator(self._accounts.repository, self.cancel_membership, self._foundation.audit)

    @cached_property
    def inbox(self) -> Inbox:
        from allmytracks.payments.ledger.dynamodb_inbox import DynamoInbox

        return DynamoInbox(self._foundation.accounts_table)

    @cached_property
    def bookkeeping(self) -> Bookkeeping:
        from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping

        return DynamoBookkeeping(self._foundation.accounts_table, self._foundation.counters_table)

    @cached_property
    def queue(self) -> PaymentsQueue:
        from allmytracks.foundation.aws.client import SQS, aws_client
        from allmytracks.payments.ledger.sqs import SqsPaymentsQueue

        return SqsPaymentsQueue(aws_client(SQS), self._foundation.settings.payments_queue_url)

    @cached_property
    def standard_webhooks(self) -> WebhookReader:
        from allmytracks.payments.standard_webhooks import StandardWebhooks

        return StandardWebhooks(self._stripe.secrets)

    @cached_property
    def receive_webhook(self) -> ReceiveWebhook:
        from allmytracks.payments.ledger.use_cases.receive_webhook import ReceiveWebhook
        from allmytracks.payments.stripe.webhooks import PROVIDER, StripeWebhooks

        readers: dict[str, WebhookReader] = {
            PROVIDER: StripeWebhooks(self._stripe.secrets),
            "standard": _Deferred(lambda: self.standard_webhooks),
        }
        return ReceiveWebhook(readers, self.take_in_fact)

    @cached_property
    def take_in_fact(self) -> TakeInFact:
        from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact

        return TakeInFact(self.inbox, self.queue, self._foundation.clock)

    @cached_property
    def sweep_inbox(self) -> SweepInbox:
        from allmytracks.payments.ledger.use_cases.sweep_inbox import SweepInbox

        return SweepInbox(self.inbox, self.bookkeeping, self.queue, self._foundation.clock)

    @cached_property
    def fold(self) -> FoldPayments:
        from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments

        return FoldPayments(self.inbox, self.bookkeeping, self._foundation.events, self._foundation.clock)

    @cached_property
    def work(self) -> FoldPayments:
        """The worker's: it also adds the orders of further months, and carries out cancellations."""
        from allmytracks.payments.ledger.use_cases.add_renewal import AddRenewal
        from allmytracks.payments.ledger.use_cases.carry_out_cancellation import CarryOutCancellation
        from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments

        return FoldPayments(
            self.inbox,
            self.bookkeeping,
            self._foundation.events,
            self._foundation.clock,
            AddRenewal(self._orders.owners, self._orders.repository),
            CarryOutCancellation(self._stripe.cancelling, self.bookkeeping),
        )

    @cached_property
    def subscriptions(self) -> Subscriptions:
        from allmytracks.payments.ledger.dynamodb_subscriptions import DynamoSubscriptions

        return DynamoSubscriptions(self._foundation.accounts_table)

    @cached_property
    def end_order(self) -> EndOrder:
        from allmytracks.payments.ledger.use_cases.end_order import EndOrder

        return EndOrder(self.take_in_fact, self.fold, self._foundation.clock)

    @cached_property
    def cancel_membership(self) -> CancelMembership:
        from allmytracks.payments.ledger.use_cases.cancel_membership import CancelMembership

        return CancelMembership(
            self._memberships.repository, self._orders.repository, self.end_order, self._foundation.clock
        )
