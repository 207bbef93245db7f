"""Operators decline orders, cancel memberships, and sum up fees."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.operations.schemas import (
    CancellationAnswer,
    EndingForm,
    FeesAnswer,
    ToSettleAnswer,
    ToSettleQuery,
    fees_answer,
    order_answer,
)
from allmytracks.operator_routes.requests import (
    answer,
    body_of,
    current,
    operator_of,
    query_of,
    route,
)
from allmytracks.operator_routes.roles import Role
from allmytracks.wiring import services

orders = Blueprint(__name__)


@route(orders, "POST", "/orders/{order_id}/decline", Role.FINANCE)
def decline_order(order_id: str) -> Response:
    """Decline an order, paid or not (M-II.2)."""
    request = current(orders)
    reason = body_of(request, EndingForm).reason
    order = services().payments.ledger.decline_order(order_id, reason, operator_of(request))
    return answer(order_answer(order, services().foundation.clock.now()))


@route(orders, "GET", "/orders")
def list_orders_to_settle() -> Response:
    """Orders with money to refund at the payment provider."""
    request = current(orders)
    query = query_of(request, ToSettleQuery)
    page = services().payments.orders.list_to_settle(operator_of(request), limit=query.limit, cursor=query.cursor)
    now = services().foundation.clock.now()
    return answer(ToSettleAnswer([order_answer(each, now) for each in page.items], page.next_cursor))


@route(orders, "POST", "/accounts/{account_id}/cancellation", Role.FINANCE)
def cancel_membership(account_id: str) -> Response:
    """Cancel an account's membership; the fee is not refunded (M-V.2)."""
    request = current(orders)
    reason = body_of(request, EndingForm).reason
    ended = services().payments.ledger.cancel_as_operator(account_id, reason, operator_of(request))
    return answer(CancellationAnswer(account_id, list(ended)))


@route(orders, "GET", "/accounts/{account_id}/fees")
def sum_fees(account_id: str) -> Response:
    """The sum of the fees that an account paid (M-VI.8)."""
    fees: FeesAnswer = fees_answer(
        account_id, services().payments.orders.sum_fees(account_id, operator_of(current(orders)))
    )
    return answer(fees)
