"""GET, PUT and DELETE /v1/account/billing: the caller's particulars for invoices."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.rules_billing import BillingNotFound
from allmytracks.accounts.schemas_billing import BillingAnswer, BillingForm, billing_answer
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.wiring import services

app = HttpFunction()


@app.route("GET", "/v1/account/billing", answers={200: BillingAnswer}, refusals=(BillingNotFound,))
def get_billing(request: Request) -> Answer:
    """Whom the caller's invoices are made out to."""
    return Answer(200, billing_answer(services().accounts.keep_billing.get(request.account_id)))


@app.route(
    "PUT",
    "/v1/account/billing",
    body=BillingForm,
    answers={200: BillingAnswer},
    refusals=(InvalidFields, AccountNotVerified, GuardianConsentRequired, AccountFrozen),
)
def put_billing(request: Request) -> Answer:
    """Give particulars for invoices; they hold from the next order and the next invoice on."""
    billing = request.body(BillingForm).particulars()
    return Answer(200, billing_answer(services().accounts.keep_billing.put(request.account_id, billing)))


@app.route(
    "DELETE",
    "/v1/account/billing",
    answers={204: None},
    refusals=(AccountNotVerified, GuardianConsentRequired, AccountFrozen),
)
def remove_billing(request: Request) -> Answer:
    """Remove the particulars; invoices that were issued keep them."""
    services().accounts.keep_billing.remove(request.account_id)
    return Answer(204)


handle = app
