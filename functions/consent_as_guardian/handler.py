"""POST /v1/guardian-consents: a guardian consents with the token that was sent."""

from allmytracks.bootstrap import services
from allmytracks.domain.errors import LimitReached
from allmytracks.domain.throttling import GUARDIAN_CONSENT
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.accounts import GuardianConsentForm
from allmytracks.entrypoints.throttling import throttled
from allmytracks.services.consent_as_guardian import ConsentLinkInvalid

app = HttpFunction()


@app.route(
    "POST",
    "/v1/guardian-consents",
    body=GuardianConsentForm,
    answers={204: None},
    refusals=(ConsentLinkInvalid, LimitReached),
)
@throttled(GUARDIAN_CONSENT, lambda: services().throttle)
def consent_as_guardian(request: Request) -> Answer:
    """Consent to a minor's account; the token serves once."""
    services().consent_as_guardian(request.body(GuardianConsentForm).token)
    return Answer(204)


handle = app
