"""POST /v1/guardian-consents: a guardian consents or refuses; POST …/links: the minor has another link sent."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified
from allmytracks.accounts.rules_guardians import ConsentLinkInvalid, GuardianDecision
from allmytracks.accounts.schemas import GuardianConsentForm
from allmytracks.accounts.use_cases.ask_guardian import NoGuardianAwaited
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
    """Consent to a minor's account, or refuse, which closes it and erases its data; the token serves once."""
    form = request.body(GuardianConsentForm)
    if form.consent:
        answer = services().enforcement.answer_as_guardian
        answer(form.token, GuardianDecision.CONSENTED, request.source_ip)
    else:
        services().closing.refuse_as_guardian(form.token, request.source_ip)
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
