"""Builds this capability's adapters and use cases; imports are local, so that a function loads only what it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from allmytracks.accounts.ports import Restrictions
    from allmytracks.accounts.wiring import AccountServices
    from allmytracks.foundation.wiring import FoundationServices
    from allmytracks.memberships.wiring import MembershipServices
    from allmytracks.payments.orders.use_cases.confirm_order import ConfirmOrder
    from allmytracks.payments.orders.use_cases.create_order import CreateOrder
    from allmytracks.payments.orders.use_cases.list_orders_to_settle import ListOrdersToSettle
    from allmytracks.payments.orders.use_cases.sum_fees import SumFees
    from allmytracks.payments.ports import OrderOwners, Orders, OrdersToSettle
    from allmytracks.payments.stripe.wiring import StripeServices
    from allmytracks.publishing.wiring import PublishingServices


class OrderServices:
    """Orders, from quote to confirmation."""

    def __init__(
        self,
        foundation: FoundationServices,
        publishing: PublishingServices,
        accounts: AccountServices,
        memberships: MembershipServices,
        stripe: StripeServices,
        restrictions: Callable[[], Restrictions],
    ) -> None:
        self._foundation = foundation
        self._publishing = publishing
        self._accounts = accounts
        self._memberships = memberships
        self._stripe = stripe
        self._restrictions = restrictions

    @cached_property
    def repository(self) -> Orders:
        from allmytracks.payments.orders.dynamodb import DynamoOrders

        return DynamoOrders(self._foundation.accounts_table)

    @cached_property
    def owners(self) -> OrderOwners:
        from allmytracks.payments.orders.dynamodb_owners import DynamoOrderOwners

        return DynamoOrderOwners(self._foundation.accounts_table)

    @cached_property
    def to_settle(self) -> OrdersToSettle:
        from allmytracks.payments.orders.dynamodb_to_settle import DynamoOrdersToSettle

        return DynamoOrdersToSettle(self._foundation.accounts_table)

    @cached_property
    def list_to_settle(self) -> ListOrdersToSettle:
        from allmytracks.payments.orders.use_cases.list_orders_to_settle import ListOrdersToSettle

        return ListOrdersToSettle(self.to_settle, self._foundation.audit)

    @cached_property
    def sum_fees(self) -> SumFees:
        from allmytracks.payments.orders.use_cases.sum_fees import SumFees

        return SumFees(self._accounts.repository, self.repository, self._foundation.audit)

    @cached_property
    def create(self) -> CreateOrder:
        from allmytracks.payments.orders.use_cases.create_order import CreateOrder

        return CreateOrder(
            orders=self.repository,
            accounts=self._accounts.repository,
            restrictions=self._restrictions(),
            billing=self._accounts.billing,
            memberships=self._memberships.repository,
            publications=self._publishing.fresh_publications,
            clock=self._foundation.clock,
            ids=self._foundation.ids,
        )

    @cached_property
    def confirm(self) -> ConfirmOrder:
        from allmytracks.payments.orders.use_cases.confirm_order import ConfirmOrder

        return ConfirmOrder(
            orders=self.repository,
            accounts=self._accounts.repository,
            restrictions=self._restrictions(),
            publications=self._publishing.fresh_publications,
            provider=self._stripe.provider,
            memberships=self._memberships.repository,
            clock=self._foundation.clock,
        )
