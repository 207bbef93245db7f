"""POST /v1/orders/{id}/confirmation: confirm exactly what was quoted."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.rules_states import AccountRestricted
from allmytracks.foundation.errors import InvalidFields, Unavailable
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.notices.http_maintenance import closed_during_maintenance
from allmytracks.notices.rules_maintenance import UnderMaintenance
from allmytracks.payments.orders.rules import (
    OrderExpired,
    OrderNotFound,
    OrderNotOpen,
    PlanForIndividuals,
    QuoteMismatch,
)
from allmytracks.payments.orders.rules_end_of_service import ServiceEnds
from allmytracks.payments.orders.rules_special import QuoteNeedsMembership, TermsMismatch
from allmytracks.payments.orders.use_cases.confirm_order import Confirmation
from allmytracks.payments.rules import ProviderRefused
from allmytracks.payments.schemas import ConfirmationForm, OrderAnswer, order_answer
from allmytracks.wiring import services

app = HttpFunction(refusals_on_record=True)


@app.route(
    "POST",
    "/v1/orders/{id}/confirmation",
    body=ConfirmationForm,
    answers={200: OrderAnswer},
    refusals=(
        UnderMaintenance,
        OrderNotFound,
        InvalidFields,
        QuoteMismatch,
        OrderExpired,
        OrderNotOpen,
        AccountNotVerified,
        GuardianConsentRequired,
        AccountFrozen,
        AccountRestricted,
        PlanForIndividuals,
        ServiceEnds,
        TermsMismatch,
        QuoteNeedsMembership,
        ProviderRefused,
        Unavailable,
    ),
)
@closed_during_maintenance(lambda: services().notices.show_service)
def confirm_order(request: Request) -> Answer:
    """Confirm a quote and get the address of its checkout; a repeated confirmation gets the same.

    A special licence's terms are accepted here by their `terms_sha256`. Where a newer agreement came into force since
    the quote, accept it here as well; the price stays as quoted.
    """
    form = request.body(ConfirmationForm)
    order = services().payments.orders.confirm(
        Confirmation(
            account_id=request.account_id,
            order_id=request.path_parameters["id"],
            amount=form.amount,
            currency=form.currency.upper(),
            source_ip=request.source_ip,
            accept=[Accepted(each.agreement, each.version) for each in form.accept],
            terms_sha256=form.terms_sha256,
        )
    )
    return Answer(200, order_answer(order, services().foundation.clock.now()))


handle = app
