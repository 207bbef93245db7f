"""Operators compare the payment provider's record with ours."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.operator_routes.requests import (
    answer,
    body_of,
    current,
    operator_of,
    route,
)
from allmytracks.operator_routes.roles import Role
from allmytracks.payments.reconciliation.schemas import (
    SpanForm,
    position_of,
    span_answer,
    span_of,
    tally_answer,
)
from allmytracks.wiring import services

reconciliation = Blueprint(__name__)


@route(reconciliation, "POST", "/payments/reconciliations", Role.FINANCE)
def reconcile_span() -> Response:
    """Compare a span of time, a few hundred events a request; missing events are fed in."""
    request = current(reconciliation)
    form = body_of(request, SpanForm)
    span = span_of(form, services().foundation.clock.now())
    tally, rest = services().payments.reconciliation.by_hand.span(
        span, position_of(form.position), operator_of(request)
    )
    return answer(span_answer(tally, span.since, span.until, rest))


@route(reconciliation, "POST", "/orders/{order_id}/reconciliation", Role.FINANCE)
def reconcile_order(order_id: str) -> Response:
    """Compare one order's checkout, however long ago it was; missing events are fed in."""
    tally = services().payments.reconciliation.by_hand.order(order_id, operator_of(current(reconciliation)))
    return answer(tally_answer(tally))
