"""Orders in the accounts table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import asdict
from pynamodb.attributes import Attribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, Upgradable, bind, connect, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.payments.orders.dynamodb_to_settle_index import ToSettleIndex
from allmytracks.payments.orders.dynamodb_upgrades import ORDER_UPGRADES
from allmytracks.payments.orders.rules import (
    Benefits,
    Checkout,
    Order,
    OrderNotFound,
    OrderStatus,
    Settlement,
    newest_first,
)
from allmytracks.payments.orders.rules_special import SpecialOrder
from allmytracks.payments.orders.rules_starts import StartOption
from allmytracks.payments.orders.rules_storage import DevicePackage
from allmytracks.payments.orders.rules_taxes import Tax

ORDER = "ORDER#"
OWNER = "OWNER"
TO_SETTLE = "TO_SETTLE"


class OrderItem(Upgradable):
    """An order: the quote (immutable), the checkout, and the settlement by its payments."""

    upgrades = ORDER_UPGRADES
    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    plan = UnicodeAttribute()
    plan_name = UnicodeAttribute()
    terms_id = UnicodeAttribute()
    term = UnicodeAttribute()
    daily_downloads = NumberAttribute()
    audience = UnicodeAttribute()
    rights = JSONAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    quoted_at = UnicodeAttribute()
    expires_at_time = UnicodeAttribute()  # `expires_at` is the tables' TTL attribute: an order is kept
    checkout_provider = UnicodeAttribute(null=True)
    checkout_session = UnicodeAttribute(null=True)
    checkout_url = UnicodeAttribute(null=True)
    settled_status = UnicodeAttribute(null=True)
    activated_at = UnicodeAttribute(null=True)
    returned_at = UnicodeAttribute(null=True)
    failed_at = UnicodeAttribute(null=True)
    amount_returned = NumberAttribute(default=0)
    payment_reference = UnicodeAttribute(null=True)
    method = UnicodeAttribute(null=True)
    problem = UnicodeAttribute(null=True)
    amount_paid = NumberAttribute(default=0)
    last_return_at = UnicodeAttribute(null=True)
    declined_at = UnicodeAttribute(null=True)
    cancelled_at = UnicodeAttribute(null=True)
    ended_reason = UnicodeAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    amount_uncounted = NumberAttribute(default=0)
    timeline = ToSettleIndex()
    timeline_key = UnicodeAttribute(null=True)
    timeline_at = UnicodeAttribute(null=True)
    tax = JSONAttribute(null=True)
    start = JSONAttribute(null=True)
    other_start = JSONAttribute(null=True)
    storage = JSONAttribute(null=True)
    special = JSONAttribute(null=True)
    to_return = NumberAttribute(default=0)
    covers_from = UnicodeAttribute(null=True)
    expired_checkout = UnicodeAttribute(null=True)
    open_disputes: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    won_disputes: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    failed_refunds: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    announced: UnicodeSetAttribute = UnicodeSetAttribute(null=True)


class OwnerItem(Model):
    """The owner of an order or a payment."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    account_id = UnicodeAttribute()


def order_sort_key(order_id: str) -> str:
    """An order's sort key in its account's partition."""
    return f"{ORDER}{order_id}"


class DynamoOrders:
    """Orders in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._orders = bind(OrderItem, table)
        self._owners = bind(OwnerItem, table)
        self._connection = connect(table)

    def add(self, order: Order) -> Order:
        # A concurrent identical request, as from a double click, has taken the order's id.
        return order if self._try_to_add(order) else self.get(order.account_id, order.id)

    def _try_to_add(self, order: Order) -> bool:
        owner = self._owners(order_sort_key(order.id), OWNER, account_id=order.account_id)
        try:
            with TransactWrite(connection=self._connection) as transaction:
                transaction.save(to_item(self._orders, order), condition=self._orders.pk.does_not_exist())
                transaction.save(owner, condition=self._owners.pk.does_not_exist())
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            return False
        return True

    def get(self, account_id: str, order_id: str) -> Order:
        try:
            item = self._orders.get(account_key(account_id), order_sort_key(order_id), consistent_read=True)
        except self._orders.DoesNotExist:
            raise OrderNotFound("You have no such order.") from None
        return to_order(account_id, item)

    def all(self, account_id: str) -> Sequence[Order]:
        found = list(
            self._orders.query(account_key(account_id), self._orders.sk.startswith(ORDER), consistent_read=True)
        )
        return newest_first(to_order(account_id, item) for item in found)

    def set_checkout(self, account_id: str, order_id: str, checkout: Checkout, expired: Checkout | None = None) -> None:
        model = self._orders
        session = model.checkout_session
        free: Condition = session == expired.session_id if expired else session.does_not_exist()
        try:
            model(account_key(account_id), order_sort_key(order_id)).update(
                actions=[
                    model.checkout_provider.set(checkout.provider),
                    model.checkout_session.set(checkout.session_id),
                    model.checkout_url.set(checkout.url),
                ],
                condition=model.pk.exists() & free,
            )
        except UpdateError as error:
            if not is_condition_failure(error):
                raise


def to_item(model: type[OrderItem], order: Order) -> OrderItem:
    """The item of a new order."""
    benefits = order.benefits
    return model(
        account_key(order.account_id),
        order_sort_key(order.id),
        plan=benefits.plan,
        plan_name=benefits.plan_name,
        terms_id=benefits.terms_id,
        term=benefits.term,
        daily_downloads=benefits.daily_downloads,
        audience=benefits.audience,
        rights=dict(benefits.rights),
        amount=order.amount,
        currency=order.currency,
        quoted_at=rfc3339(order.quoted_at),
        expires_at_time=rfc3339(order.expires_at),
        tax=asdict(order.tax) if order.tax else None,
        start=msgspec.to_builtins(order.start),
        other_start=msgspec.to_builtins(order.other_start),
        storage=msgspec.to_builtins(order.storage),
        special=msgspec.to_builtins(order.special),
    )


def to_order(account_id: str, item: OrderItem) -> Order:
    """The order of an item."""
    return Order(
        id=item.sk.removeprefix(ORDER),
        account_id=account_id,
        benefits=Benefits(
            plan=item.plan,
            terms_id=item.terms_id,
            term=item.term,
            daily_downloads=int(item.daily_downloads),
            audience=item.audience,
            rights=item.rights,
            plan_name=item.plan_name,
        ),
        amount=int(item.amount),
        currency=item.currency,
        quoted_at=parse_rfc3339(item.quoted_at),
        expires_at=parse_rfc3339(item.expires_at_time),
        checkout=_checkout(item),
        settlement=_settlement(item),
        announced=frozenset(item.announced or ()),
        tax=Tax(**item.tax) if item.tax else None,
        start=msgspec.convert(item.start, StartOption | None),
        other_start=msgspec.convert(item.other_start, StartOption | None),
        storage=msgspec.convert(item.storage, DevicePackage | None),
        special=msgspec.convert(item.special, SpecialOrder | None),
    )


def _checkout(item: OrderItem) -> Checkout | None:
    if item.checkout_provider is None or item.checkout_session is None or item.checkout_url is None:
        return None
    return Checkout(item.checkout_provider, item.checkout_session, item.checkout_url)


def _settlement(item: OrderItem) -> Settlement | None:
    if item.settled_status is None:
        return None
    return Settlement(
        status=OrderStatus(item.settled_status),
        activated_at=_instant(item.activated_at),
        returned_at=_instant(item.returned_at),
        failed_at=_instant(item.failed_at),
        amount_returned=int(item.amount_returned),
        payment_reference=item.payment_reference,
        method=item.method,
        problem=item.problem,
        amount_paid=int(item.amount_paid),
        last_return_at=_instant(item.last_return_at),
        declined_at=_instant(item.declined_at),
        cancelled_at=_instant(item.cancelled_at),
        ended_reason=item.ended_reason,
        failure=item.failure,
        amount_uncounted=int(item.amount_uncounted),
        open_disputes=tuple(sorted(item.open_disputes or ())),
        won_disputes=tuple(sorted(item.won_disputes or ())),
        failed_refunds=tuple(sorted(item.failed_refunds or ())),
        to_return=int(item.to_return),
        covers_from=_instant(item.covers_from),
        expired_checkout=item.expired_checkout,
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_rfc3339(text)


def settlement_actions(model: type[OrderItem], order: Order) -> list[Action]:
    """Writes an order's settlement and its entry in the index of orders to settle; nothing else."""
    settlement = order.settlement
    if settlement is None:
        raise ValueError("an order without a settlement has nothing to write")
    place = f"{rfc3339(order.quoted_at)}#{order.id}" if order.is_to_settle else None
    values: list[tuple[Attribute[Any], object]] = [
        (model.settled_status, settlement.status),
        (model.activated_at, _text(settlement.activated_at)),
        (model.returned_at, _text(settlement.returned_at)),
        (model.failed_at, _text(settlement.failed_at)),
        (model.amount_returned, settlement.amount_returned),
        (model.payment_reference, settlement.payment_reference),
        (model.method, settlement.method),
        (model.problem, settlement.problem),
        (model.amount_paid, settlement.amount_paid),
        (model.last_return_at, _text(settlement.last_return_at)),
        (model.declined_at, _text(settlement.declined_at)),
        (model.cancelled_at, _text(settlement.cancelled_at)),
        (model.ended_reason, settlement.ended_reason),
        (model.failure, settlement.failure),
        (model.amount_uncounted, settlement.amount_uncounted),
        (model.timeline_key, TO_SETTLE if place else None),
        (model.timeline_at, place),
        (model.open_disputes, set(settlement.open_disputes) or None),
        (model.won_disputes, set(settlement.won_disputes) or None),
        (model.failed_refunds, set(settlement.failed_refunds) or None),
        (model.to_return, settlement.to_return),
        (model.covers_from, _text(settlement.covers_from)),
        (model.expired_checkout, settlement.expired_checkout),
    ]
    return [attribute.remove() if value is None else attribute.set(value) for attribute, value in values]


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else rfc3339(instant)
