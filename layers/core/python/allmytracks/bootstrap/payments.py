"""The use cases of orders, payments and memberships."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from allmytracks.bootstrap.base import SharedAdapters

if TYPE_CHECKING:
    from allmytracks.adapters.payment_secrets import SecretSource
    from allmytracks.adapters.stripe_calls import StripeCalls
    from allmytracks.domain.payments import Fact
    from allmytracks.ports.billing import BillingParticulars
    from allmytracks.ports.payments import (
        Bookkeeping,
        Inbox,
        Memberships,
        Notices,
        PaymentProvider,
        PaymentsQueue,
        WebhookReader,
    )
    from allmytracks.services.cancel_membership import CancelMembership
    from allmytracks.services.confirm_order import ConfirmOrder
    from allmytracks.services.create_order import CreateOrder
    from allmytracks.services.end_order import EndOrder
    from allmytracks.services.fold_payments import FoldPayments
    from allmytracks.services.get_membership import GetMembership
    from allmytracks.services.get_order import GetOrder
    from allmytracks.services.keep_billing import KeepBilling
    from allmytracks.services.list_orders import ListOrders
    from allmytracks.services.notify_member import NotifyMember
    from allmytracks.services.notify_of_measure import NotifyOfMeasure
    from allmytracks.services.receive_webhook import ReceiveWebhook
    from allmytracks.services.remind_members import RemindMembers
    from allmytracks.services.sweep_inbox import SweepInbox
    from allmytracks.services.take_in_fact import TakeInFact


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
        from allmytracks.adapters.inbox import DynamoInbox

        return DynamoInbox(self.accounts_table)

    @cached_property
    def bookkeeping(self) -> Bookkeeping:
        from allmytracks.adapters.bookkeeping import DynamoBookkeeping

        return DynamoBookkeeping(self.accounts_table, self.counters_table)

    @cached_property
    def memberships(self) -> Memberships:
        from allmytracks.adapters.memberships import DynamoMemberships

        return DynamoMemberships(self.accounts_table)

    @cached_property
    def notices(self) -> Notices:
        from allmytracks.adapters.notices import DynamoNotices

        return DynamoNotices(self.accounts_table)

    @cached_property
    def billing_particulars(self) -> BillingParticulars:
        from allmytracks.adapters.billing import DynamoBillingParticulars

        return DynamoBillingParticulars(self.accounts_table)

    @cached_property
    def keep_billing(self) -> KeepBilling:
        from allmytracks.services.keep_billing import KeepBilling

        return KeepBilling(self.billing_particulars, self.accounts)

    @cached_property
    def payment_secrets(self) -> SecretSource:
        from allmytracks.adapters.aws_client import SECRETS_MANAGER, aws_client
        from allmytracks.adapters.payment_secrets import SecretsManagerSource

        return SecretsManagerSource(aws_client(SECRETS_MANAGER), self.settings.payment_secret_id, self.clock)

    @cached_property
    def payment_provider(self) -> PaymentProvider:
        from allmytracks.adapters.stripe_checkout import StripeCheckout

        return StripeCheckout(self.stripe_calls, self.settings.site_url)

    @cached_property
    def stripe_calls(self) -> StripeCalls:
        from allmytracks.adapters.stripe_calls import StripeCalls

        return StripeCalls(self.payment_secrets, self.settings.payment_api_base)

    @cached_property
    def payments_queue(self) -> PaymentsQueue:
        from allmytracks.adapters.aws_client import SQS, aws_client
        from allmytracks.adapters.payments_queue import SqsPaymentsQueue

        return SqsPaymentsQueue(aws_client(SQS), self.settings.payments_queue_url)

    @cached_property
    def create_order(self) -> CreateOrder:
        from allmytracks.services.create_order import CreateOrder

        return CreateOrder(
            orders=self.orders,
            accounts=self.accounts,
            billing=self.billing_particulars,
            publications=self.fresh_publications,
            clock=self.clock,
            ids=self.ids,
        )

    @cached_property
    def confirm_order(self) -> ConfirmOrder:
        from allmytracks.services.confirm_order import ConfirmOrder

        return ConfirmOrder(
            orders=self.orders,
            accounts=self.accounts,
            publications=self.fresh_publications,
            provider=self.payment_provider,
            clock=self.clock,
        )

    @cached_property
    def list_orders(self) -> ListOrders:
        from allmytracks.services.list_orders import ListOrders

        return ListOrders(self.orders)

    @cached_property
    def get_order(self) -> GetOrder:
        from allmytracks.services.get_order import GetOrder

        return GetOrder(self.orders)

    @cached_property
    def get_membership(self) -> GetMembership:
        from allmytracks.services.get_membership import GetMembership

        return GetMembership(self.memberships, self.clock)

    @cached_property
    def standard_webhooks(self) -> WebhookReader:
        from allmytracks.adapters.standard_webhooks import StandardWebhooks

        return StandardWebhooks(self.payment_secrets)

    @cached_property
    def receive_webhook(self) -> ReceiveWebhook:
        from allmytracks.adapters.stripe_webhooks import PROVIDER, StripeWebhooks
        from allmytracks.services.receive_webhook import ReceiveWebhook

        readers: dict[str, WebhookReader] = {
            PROVIDER: StripeWebhooks(self.payment_secrets),
            "standard": _Deferred(lambda: self.standard_webhooks),
        }
        return ReceiveWebhook(readers, self.take_in_fact)

    @cached_property
    def take_in_fact(self) -> TakeInFact:
        from allmytracks.services.take_in_fact import TakeInFact

        return TakeInFact(self.inbox, self.payments_queue, self.clock)

    @cached_property
    def sweep_inbox(self) -> SweepInbox:
        from allmytracks.services.sweep_inbox import SweepInbox

        return SweepInbox(self.inbox, self.bookkeeping, self.payments_queue, self.clock)

    @cached_property
    def fold_payments(self) -> FoldPayments:
        from allmytracks.services.fold_payments import FoldPayments

        return FoldPayments(self.inbox, self.bookkeeping, self.events, self.clock)

    @cached_property
    def notify_member(self) -> NotifyMember:
        from allmytracks.services.notify_member import NotifyMember

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
        from allmytracks.services.notify_of_measure import NotifyOfMeasure

        return NotifyOfMeasure(self.accounts, self.notices, self.mailer, self.clock, self.settings.site_url)

    @cached_property
    def end_order(self) -> EndOrder:
        from allmytracks.services.end_order import EndOrder

        return EndOrder(self.take_in_fact, self.fold_payments, self.clock)

    @cached_property
    def cancel_membership(self) -> CancelMembership:
        from allmytracks.services.cancel_membership import CancelMembership

        return CancelMembership(self.memberships, self.orders, self.end_order, self.clock)

    @cached_property
    def remind_members(self) -> RemindMembers:
        from allmytracks.adapters.ends import DynamoEnds
        from allmytracks.services.remind_members import RemindMembers

        return RemindMembers(
            ends=DynamoEnds(self.accounts_table),
            memberships=self.memberships,
            accounts=self.accounts,
            notices=self.notices,
            mailer=self.mailer,
            clock=self.clock,
            site_url=self.settings.site_url,
        )
