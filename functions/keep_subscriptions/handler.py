"""/v1/storage: packages, orders and subscriptions of cloud storage, and their cancellation."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.rules_states import AccountRestricted
from allmytracks.foundation.errors import IdempotencyKeyReused, InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.paging import PageQuery, page_of
from allmytracks.notices.http_maintenance import closed_during_maintenance
from allmytracks.notices.rules_maintenance import UnderMaintenance
from allmytracks.payments.orders.rules_end_of_service import ServiceEnds
from allmytracks.payments.schemas import OrderAnswer, order_answer
from allmytracks.storage.rules_cancelling import NotCancellable
from allmytracks.storage.rules_devices import DeviceCovered, DeviceNotFound
from allmytracks.storage.rules_subscriptions import SubscriptionNotFound
from allmytracks.storage.schemas_subscriptions import (
    CancelForm,
    CancellationAnswer,
    PackagesAnswer,
    StorageOrderForm,
    SubscriptionAnswer,
    SubscriptionsAnswer,
    cancellation_answer,
    packages_answer,
    subscription_answer,
)
from allmytracks.storage.use_cases.order_storage import StorageRequest
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/storage/packages", answers={200: PackagesAnswer}, cache="public, max-age=60")
def list_packages(_request: Request) -> Answer:
    """The packages of cloud storage on sale."""
    return Answer(200, packages_answer(services().storage.list_packages()))


@app.route(
    "POST",
    "/v1/storage/orders",
    body=StorageOrderForm,
    answers={201: OrderAnswer, 200: OrderAnswer},
    refusals=(
        UnderMaintenance,
        InvalidFields,
        IdempotencyKeyReused,
        AccountNotVerified,
        GuardianConsentRequired,
        AccountFrozen,
        AccountRestricted,
        DeviceNotFound,
        DeviceCovered,
        ServiceEnds,
    ),
    idempotency="optional",
)
@closed_during_maintenance(lambda: services().notices.show_service)
def order_storage(request: Request) -> Answer:
    """Quote a package for a device; confirmed and paid at /v1/orders/{id}. A repeated Idempotency-Key answers 200."""
    form = request.body(StorageOrderForm)
    quoted = services().storage.order(
        StorageRequest(
            account_id=request.account_id,
            device_id=form.device_id,
            package=form.package,
            mode=form.mode,
            accept=form.accepted(),
            source_ip=request.source_ip,
            currency=form.currency.upper() if form.currency else None,
            idempotency_key=request.optional_idempotency_key,
            start=form.start,
        )
    )
    return Answer(200 if quoted.repeated else 201, order_answer(quoted.order, services().foundation.clock.now()))


@app.route(
    "GET", "/v1/storage/subscriptions", query=PageQuery, answers={200: SubscriptionsAnswer}, refusals=(InvalidFields,)
)
def list_subscriptions(request: Request) -> Answer:
    """The caller's subscriptions, the newest first."""
    now = services().foundation.clock.now()
    found = services().storage.subscriptions.all(request.account_id)
    page = page_of(found, lambda subscription: subscription.key, request.query(PageQuery))
    return Answer(200, SubscriptionsAnswer([subscription_answer(each, now) for each in page.items], page.next_cursor))


@app.route(
    "GET",
    "/v1/storage/subscriptions/{id}",
    answers={200: SubscriptionAnswer},
    refusals=(SubscriptionNotFound,),
)
def show_subscription(request: Request) -> Answer:
    """One subscription of the caller's."""
    found = services().storage.subscriptions.get(request.account_id, request.path_parameters["id"])
    return Answer(200, subscription_answer(found, services().foundation.clock.now()))


@app.route(
    "POST",
    "/v1/storage/subscriptions/{id}/cancellation",
    body=CancelForm,
    answers={200: CancellationAnswer},
    refusals=(InvalidFields, SubscriptionNotFound, NotCancellable),
)
def cancel_subscription(request: Request) -> Answer:
    """Cancel a subscription, or see first what that gives: access stays to the last day that is paid (S-8)."""
    cancel, name = services().storage.cancel_subscription, request.path_parameters["id"]
    if request.body(CancelForm).preview:
        return Answer(200, cancellation_answer(cancel.preview(request.account_id, name)))
    return Answer(200, cancellation_answer(cancel(request.account_id, name)))


handle = app
