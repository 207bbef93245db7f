"""Operators look at subscriptions of cloud storage, and cancel them on request (S-8.operator)."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from allmytracks.operations.schemas import EndingForm
from allmytracks.operator_routes.requests import answer, body_of, current, operator_of, route
from allmytracks.operator_routes.roles import Role
from allmytracks.storage.schemas_subscriptions import (
    SubscriptionsAnswer,
    cancellation_answer,
    past_due_answer,
    subscription_answer,
)
from allmytracks.wiring import services

storage = Blueprint(__name__)


@route(storage, "GET", "/accounts/{account_id}/storage-subscriptions")
def list_subscriptions(account_id: str) -> Response:
    """An account's subscriptions of cloud storage, the newest first."""
    now = services().foundation.clock.now()
    found = services().storage.attend_subscriptions.of_account(account_id, operator_of(current(storage)))
    return answer(SubscriptionsAnswer([subscription_answer(each, now) for each in found], None))


@route(storage, "GET", "/storage-subscriptions")
def list_past_due() -> Response:
    """The monthly plans that are past due, of all accounts."""
    return answer(past_due_answer(services().storage.attend_subscriptions.past_due(operator_of(current(storage)))))


@route(storage, "GET", "/storage-subscriptions/{subscription_id}")
def show_subscription(subscription_id: str) -> Response:
    """One subscription."""
    found = services().storage.attend_subscriptions.get(subscription_id, operator_of(current(storage)))
    return answer(subscription_answer(found, services().foundation.clock.now()))


@route(storage, "GET", "/storage-subscriptions/{subscription_id}/cancellation")
def preview_cancellation(subscription_id: str) -> Response:
    """What cancelling now would give: the same lines as its member sees."""
    preview = services().storage.attend_subscriptions.preview(subscription_id, operator_of(current(storage)))
    return answer(cancellation_answer(preview))


@route(storage, "POST", "/storage-subscriptions/{subscription_id}/cancellation", Role.FINANCE)
def cancel_subscription(subscription_id: str) -> Response:
    """Cancel a subscription; the refund is made through the payment provider."""
    request = current(storage)
    reason = body_of(request, EndingForm).reason
    done = services().storage.attend_subscriptions.cancel(subscription_id, reason, operator_of(request))
    return answer(cancellation_answer(done))
