"""POST /v1/guardian-consents: a guardian consents by a token; POST …/links: the minor has another one sent."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified
from allmytracks.accounts.schemas import GuardianConsentForm
from allmytracks.accounts.use_cases.ask_guardian import NoGuardianAwaited
from allmytracks.accounts.use_cases.consent_as_guardian import ConsentLinkInvalid
from allmytracks.foundation.errors import LimitReached
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.throttling.http import throttled
from allmytracks.foundation.throttling.rules import GUARDIAN_CONSENT
from allmytracks.wiring import services

app = HttpFunction()


@app.route(
    "POST",
    "/v1/guardian-consents",
    body=GuardianConsentForm,
    answers={204: None},
    refusals=(ConsentLinkInvalid, LimitReached),
)
@throttled(GUARDIAN_CONSENT, lambda: services().foundation.throttle)
def consent_as_guardian(request: Request) -> Answer:
    """Consent to a minor's account; the token serves once."""
    services().accounts.consent_as_guardian(request.body(GuardianConsentForm).token)
    return Answer(204)


@app.route(
    "POST",
    "/v1/guardian-consents/links",
    answers={204: None},
    refusals=(NoGuardianAwaited, AccountNotVerified, AccountFrozen, LimitReached),
)
@throttled(GUARDIAN_CONSENT, lambda: services().foundation.throttle)
def ask_guardian(request: Request) -> Answer:
    """Send the guardian of the caller's account one more link; it goes to the address given at sign-up."""
    services().accounts.ask_guardian(request.account_id)
    return Answer(204)


handle = app
