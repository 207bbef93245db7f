"""POST /v1/orders/{id}/confirmation: confirm exactly what was quoted."""

from allmytracks.bootstrap import services
from allmytracks.domain.accounts import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.domain.errors import Unavailable
from allmytracks.domain.orders import OrderExpired, OrderNotFound, OrderNotOpen, QuoteMismatch
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.payments import ConfirmationForm, OrderAnswer, order_answer

app = HttpFunction()


@app.route(
    "POST",
    "/v1/orders/{id}/confirmation",
    body=ConfirmationForm,
    answers={200: OrderAnswer},
    refusals=(
        OrderNotFound,
        QuoteMismatch,
        OrderExpired,
        OrderNotOpen,
        AccountNotVerified,
        GuardianConsentRequired,
        AccountFrozen,
        Unavailable,
    ),
)
def confirm_order(request: Request) -> Answer:
    """Confirm a quote and get the address of its checkout; a repeated confirmation gets the same."""
    form = request.body(ConfirmationForm)
    order = services().confirm_order(
        request.account_id, request.path_parameters["id"], form.amount, form.currency.upper()
    )
    return Answer(200, order_answer(order, services().clock.now()))


handle = app
