"""GET, PUT and DELETE /v1/account/billing: the caller's particulars for invoices."""

from allmytracks.bootstrap import services
from allmytracks.domain.accounts import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.domain.billing import BillingNotFound
from allmytracks.domain.errors import InvalidFields
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.billing import BillingAnswer, BillingForm, billing_answer

app = HttpFunction()


@app.route("GET", "/v1/account/billing", answers={200: BillingAnswer}, refusals=(BillingNotFound,))
def get_billing(request: Request) -> Answer:
    """Whom the caller's invoices are made out to."""
    return Answer(200, billing_answer(services().keep_billing.get(request.account_id)))


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
    return Answer(200, billing_answer(services().keep_billing.put(request.account_id, billing)))


@app.route("DELETE", "/v1/account/billing", answers={204: None})
def remove_billing(request: Request) -> Answer:
    """Remove the particulars; invoices that were issued keep them."""
    services().keep_billing.remove(request.account_id)
    return Answer(204)


handle = app
