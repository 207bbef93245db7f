"""The use cases of orders, payments and memberships."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.base import SharedAdapters

if TYPE_CHECKING:
    from allmytracks.accounts.ports_billing import BillingParticulars
    from allmytracks.accounts.use_cases.keep_billing import KeepBilling
    from allmytracks.memberships.ports import Memberships
    from allmytracks.memberships.use_cases.get_membership import GetMembership
    from allmytracks.notices.use_cases.notify_of_measure import NotifyOfMeasure
    from allmytracks.notices.use_cases.notify_of_order import NotifyMember
    from allmytracks.notices.use_cases.remind_members import RemindMembers
    from allmytracks.payments.ledger.use_cases.cancel_membership import CancelMembership
    from allmytracks.payments.ledger.use_cases.end_order import EndOrder
    from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments
    from allmytracks.payments.ledger.use_cases.receive_webhook import ReceiveWebhook
    from allmytracks.payments.ledger.use_cases.sweep_inbox import SweepInbox
    from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact
    from allmytracks.payments.orders.use_cases.confirm_order import ConfirmOrder
    from allmytracks.payments.orders.use_cases.create_order import CreateOrder
    from allmytracks.payments.orders.use_cases.get_order import GetOrder
    from allmytracks.payments.orders.use_cases.list_orders import ListOrders
    from allmytracks.payments.ports import (
        Bookkeeping,
        Inbox,
        Notices,
        PaymentProvider,
        PaymentsQueue,
        WebhookReader,
    )
    from allmytracks.payments.rules import Fact
    from allmytracks.payments.secrets_manager import SecretSource
    from allmytracks.payments.stripe.calls import StripeCalls


class _Deferred:
    """A reader that is made when its first webhook comes: one provider's code costs another's webhooks nothing."""

    def __init__(self, make: Callable[[], WebhookReader]) -> None:
        self._make = make

    def read(self, body: bytes, headers: Mapping[str, str]) -> Fact:
        """As the reader that is made."""
        return self._make().read(body, headers)


class PaymentServices(SharedAdapters):
    """What the functions of payments call."""

    @cached_property
    def inbox(self) -> Inbox:
        from allmytracks.payments.ledger.dynamodb_inbox import DynamoInbox

        return DynamoInbox(self.accounts_table)

    @cached_property
    def bookkeeping(self) -> Bookkeeping:
        from allmytracks.payments.ledger.dynamodb import DynamoBookkeeping

        return DynamoBookkeeping(self.accounts_table, self.counters_table)

    @cached_property
    def memberships(self) -> Memberships:
        from allmytracks.memberships.dynamodb import DynamoMemberships

        return DynamoMemberships(self.accounts_table)

    @cached_property
    def notices(self) -> Notices:
        from allmytracks.notices.dynamodb import DynamoNotices

        return DynamoNotices(self.accounts_table)

    @cached_property
    def billing_particulars(self) -> BillingParticulars:
        from allmytracks.accounts.dynamodb_billing import DynamoBillingParticulars

        return DynamoBillingParticulars(self.accounts_table)

    @cached_property
    def keep_billing(self) -> KeepBilling:
        from allmytracks.accounts.use_cases.keep_billing import KeepBilling

        return KeepBilling(self.billing_particulars, self.accounts)

    @cached_property
    def payment_secrets(self) -> SecretSource:
        from allmytracks.foundation.aws.client import SECRETS_MANAGER, aws_client
        from allmytracks.payments.secrets_manager import SecretsManagerSource

        return SecretsManagerSource(aws_client(SECRETS_MANAGER), self.settings.payment_secret_id, self.clock)

    @cached_property
    def payment_provider(self) -> PaymentProvider:
        from allmytracks.payments.stripe.checkout import StripeCheckout

        return StripeCheckout(self.stripe_calls, self.settings.site_url)

    @cached_property
    def stripe_calls(self) -> StripeCalls:
        from allmytracks.payments.stripe.calls import StripeCalls

        return StripeCalls(self.payment_secrets, self.settings.payment_api_base)

    @cached_property
    def payments_queue(self) -> PaymentsQueue:
        from allmytracks.foundation.aws.client import SQS, aws_client
        from allmytracks.payments.ledger.sqs import SqsPaymentsQueue

        return SqsPaymentsQueue(aws_client(SQS), self.settings.payments_queue_url)

    @cached_property
    def create_order(self) -> CreateOrder:
        from allmytracks.payments.orders.use_cases.create_order import CreateOrder

        return CreateOrder(
            orders=self.orders,
            accounts=self.accounts,
            restrictions=self.standings,
            billing=self.billing_particulars,
            memberships=self.memberships,
            publications=self.fresh_publications,
            clock=self.clock,
            ids=self.ids,
        )

    @cached_property
    def confirm_order(self) -> ConfirmOrder:
        from allmytracks.payments.orders.use_cases.confirm_order import ConfirmOrder

        return ConfirmOrder(
            orders=self.orders,
            accounts=self.accounts,
            restrictions=self.standings,
            publications=self.fresh_publications,
            provider=self.payment_provider,
            clock=self.clock,
        )

    @cached_property
    def list_orders(self) -> ListOrders:
        from allmytracks.payments.orders.use_cases.list_orders import ListOrders

        return ListOrders(self.orders)

    @cached_property
    def get_order(self) -> GetOrder:
        from allmytracks.payments.orders.use_cases.get_order import GetOrder

        return GetOrder(self.orders)

    @cached_property
    def get_membership(self) -> GetMembership:
        from allmytracks.memberships.use_cases.get_membership import GetMembership

        return GetMembership(self.memberships, self.clock)

    @cached_property
    def standard_webhooks(self) -> WebhookReader:
        from allmytracks.payments.standard_webhooks import StandardWebhooks

        return StandardWebhooks(self.payment_secrets)

    @cached_property
    def receive_webhook(self) -> ReceiveWebhook:
        from allmytracks.payments.ledger.use_cases.receive_webhook import ReceiveWebhook
        from allmytracks.payments.stripe.webhooks import PROVIDER, StripeWebhooks

        readers: dict[str, WebhookReader] = {
            PROVIDER: StripeWebhooks(self.payment_secrets),
            "standard": _Deferred(lambda: self.standard_webhooks),
        }
        return ReceiveWebhook(readers, self.take_in_fact)

    @cached_property
    def take_in_fact(self) -> TakeInFact:
        from allmytracks.payments.ledger.use_cases.take_in_fact import TakeInFact

        return TakeInFact(self.inbox, self.payments_queue, self.clock)

    @cached_property
    def sweep_inbox(self) -> SweepInbox:
        from allmytracks.payments.ledger.use_cases.sweep_inbox import SweepInbox

        return SweepInbox(self.inbox, self.bookkeeping, self.payments_queue, self.clock)

    @cached_property
    def fold_payments(self) -> FoldPayments:
        from allmytracks.payments.ledger.use_cases.fold_payments import FoldPayments

        return FoldPayments(self.inbox, self.bookkeeping, self.events, self.clock)

    @cached_property
    def notify_member(self) -> NotifyMember:
        from allmytracks.notices.use_cases.notify_of_order import NotifyMember

        return NotifyMember(
            accounts=self.accounts,
            orders=self.orders,
            memberships=self.memberships,
            notices=self.notices,
            mailer=self.mailer,
            clock=self.clock,
            site_url=self.settings.site_url,
        )

    @cached_property
    def notify_of_measure(self) -> NotifyOfMeasure:
        from allmytracks.notices.use_cases.notify_of_measure import NotifyOfMeasure

        return NotifyOfMeasure(self.accounts, self.notices, self.mailer, self.clock, self.settings.site_url)

    @cached_property
    def end_order(self) -> EndOrder:
        from allmytracks.payments.ledger.use_cases.end_order import EndOrder

        return EndOrder(self.take_in_fact, self.fold_payments, self.clock)

    @cached_property
    def cancel_membership(self) -> CancelMembership:
        from allmytracks.payments.ledger.use_cases.cancel_membership import CancelMembership

        return CancelMembership(self.memberships, self.orders, self.end_order, self.clock)

    @cached_property
    def remind_members(self) -> RemindMembers:
        from allmytracks.memberships.dynamodb_ends import DynamoEnds
        from allmytracks.notices.use_cases.remind_members import RemindMembers

        return RemindMembers(
            ends=DynamoEnds(self.accounts_table),
            memberships=self.memberships,
            accounts=self.accounts,
            notices=self.notices,
            mailer=self.mailer,
            clock=self.clock,
            site_url=self.settings.site_url,
        )
