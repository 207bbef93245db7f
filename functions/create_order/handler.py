"""POST /v1/orders: quote a membership."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.rules_states import AccountRestricted
from allmytracks.foundation.errors import IdempotencyKeyReused, InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.notices.http_maintenance import closed_during_maintenance
from allmytracks.notices.rules_maintenance import UnderMaintenance
from allmytracks.payments.orders.rules import PlanForIndividuals
from allmytracks.payments.orders.rules_end_of_service import ServiceEnds
from allmytracks.payments.orders.use_cases.create_order import OrderRequest
from allmytracks.payments.schemas import OrderAnswer, OrderForm, order_answer
from allmytracks.wiring import services

app = HttpFunction(refusals_on_record=True)


@app.route(
    "POST",
    "/v1/orders",
    body=OrderForm,
    answers={201: OrderAnswer, 200: OrderAnswer},
    refusals=(
        UnderMaintenance,
        InvalidFields,
        IdempotencyKeyReused,
        AccountNotVerified,
        GuardianConsentRequired,
        AccountFrozen,
        AccountRestricted,
        PlanForIndividuals,
        ServiceEnds,
    ),
    idempotency="optional",
)
@closed_during_maintenance(lambda: services().notices.show_service)
def create_order(request: Request) -> Answer:
    """Quote a membership, with the acceptance of its plan's agreements; a repeated Idempotency-Key answers 200."""
    form = request.body(OrderForm)
    quoted = services().payments.orders.create(
        OrderRequest(
            account_id=request.account_id,
            plan=form.plan,
            term=form.term,
            accept=[Accepted(each.agreement, each.version) for each in form.accept],
            source_ip=request.source_ip,
            currency=form.currency.upper() if form.currency else None,
            idempotency_key=request.optional_idempotency_key,
            start=form.start,
        )
    )
    return Answer(200 if quoted.repeated else 201, order_answer(quoted.order, services().foundation.clock.now()))


handle = app
