"""POST /v1/orders/{id}/confirmation: confirm exactly what was quoted."""

from allmytracks.bootstrap import services
from allmytracks.domain.accounts import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.domain.agreements import Accepted
from allmytracks.domain.errors import InvalidFields, Unavailable
from allmytracks.domain.orders import OrderExpired, OrderNotFound, OrderNotOpen, QuoteMismatch
from allmytracks.domain.payments import ProviderRefused
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.payments import ConfirmationForm, OrderAnswer, order_answer
from allmytracks.services.confirm_order import Confirmation

app = HttpFunction()


@app.route(
    "POST",
    "/v1/orders/{id}/confirmation",
    body=ConfirmationForm,
    answers={200: OrderAnswer},
    refusals=(
        OrderNotFound,
        InvalidFields,
        QuoteMismatch,
        OrderExpired,
        OrderNotOpen,
        AccountNotVerified,
        GuardianConsentRequired,
        AccountFrozen,
        ProviderRefused,
        Unavailable,
    ),
)
def confirm_order(request: Request) -> Answer:
    """Confirm a quote and get the address of its checkout; a repeated confirmation gets the same.

    Where a newer agreement came into force since the quote, accept it here as well; the price stays as quoted.
    """
    form = request.body(ConfirmationForm)
    order = services().confirm_order(
        Confirmation(
            account_id=request.account_id,
            order_id=request.path_parameters["id"],
            amount=form.amount,
            currency=form.currency.upper(),
            source_ip=request.source_ip,
            accept=[Accepted(each.agreement, each.version) for each in form.accept],
        )
    )
    return Answer(200, order_answer(order, services().clock.now()))


handle = app
