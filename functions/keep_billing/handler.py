"""/v1/account/billing and /v1/account/enterprise: the caller's particulars for invoices, and the enterprise."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.rules_billing import BillingNotFound
from allmytracks.accounts.schemas_billing import BillingAnswer, BillingForm, billing_answer
from allmytracks.enterprises.schemas import (
    EnterpriseAnswer,
    EnterpriseForm,
    LetterForm,
    LetterUploadAnswer,
    enterprise_answer,
    letter_of,
    letter_upload_answer,
)
from allmytracks.foundation.errors import InvalidFields, LimitReached, PreconditionFailed
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import TICKETS
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "GET", "/v1/account/billing", answers={200: BillingAnswer}, refusals=(BillingNotFound,), cache="private, no-cache"
)
def get_billing(request: Request) -> Answer:
    """Whom the caller's invoices are made out to."""
    return billing_answer(services().accounts.keep_billing.get(request.account_id))


@app.route(
    "PUT",
    "/v1/account/billing",
    body=BillingForm,
    answers={200: BillingAnswer},
    refusals=(InvalidFields, PreconditionFailed, AccountNotVerified, GuardianConsentRequired, AccountFrozen),
)
def put_billing(request: Request) -> Answer:
    """Give particulars for invoices; they hold from the next order and the next invoice on.

    With If-Match they replace only what was read.
    """
    billing = request.body(BillingForm).particulars()
    keep = services().accounts.keep_billing
    return billing_answer(keep.put(request.account_id, billing, request.optional_if_match))


@app.route(
    "DELETE",
    "/v1/account/billing",
    answers={204: None},
    refusals=(PreconditionFailed, AccountNotVerified, GuardianConsentRequired, AccountFrozen),
)
def remove_billing(request: Request) -> Answer:
    """Remove the particulars; invoices that were issued keep them. With If-Match only what was read."""
    services().accounts.keep_billing.remove(request.account_id, request.optional_if_match)
    return Answer(204)


@app.route("GET", "/v1/account/enterprise", answers={200: EnterpriseAnswer})
def get_enterprise(request: Request) -> Answer:
    """The enterprise that the caller acts for, what was declared of it, and how its letter of authority fares."""
    return Answer(200, enterprise_answer(services().enterprises.keep.get(request.account_id)))


@app.route(
    "PUT",
    "/v1/account/enterprise",
    body=EnterpriseForm,
    answers={200: EnterpriseAnswer},
    refusals=(InvalidFields, AccountNotVerified, GuardianConsentRequired, AccountFrozen),
)
def put_enterprise(request: Request) -> Answer:
    """Give the particulars of the enterprise, and declare that it consented to the agreements (U-II.III.1.4)."""
    form = request.body(EnterpriseForm)
    kept = services().enterprises.keep.put(request.account_id, form.company(), form.declared(), request.source_ip)
    return Answer(200, enterprise_answer(kept))


@app.route(
    "POST",
    "/v1/account/enterprise/letters",
    body=LetterForm,
    answers={201: LetterUploadAnswer},
    refusals=(InvalidFields, AccountNotVerified, GuardianConsentRequired, AccountFrozen, LimitReached),
)
@throttled(TICKETS, lambda: services().foundation.throttle)
def send_letter(request: Request) -> Answer:
    """Announce the enterprise's letter of authority (PDF, PNG or JPEG); customer service reviews it once it is put."""
    file = letter_of(request.body(LetterForm))
    return Answer(201, letter_upload_answer(services().enterprises.send_letter(request.account_id, file)))


handle = app
