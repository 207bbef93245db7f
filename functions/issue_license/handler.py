"""POST /v1/licenses: issue a licence letter for a download."""

from allmytracks.bootstrap import services
from allmytracks.domain.accounts import AccountFrozen
from allmytracks.domain.allowance import PlanNotForEnterprise, PlanNotForPersonal, PurposeNotPermitted
from allmytracks.domain.downloads import DownloadNotFound, DownloadNotPaid
from allmytracks.domain.errors import IdempotencyKeyReused, InvalidFields
from allmytracks.domain.licensees import EndUserBound
from allmytracks.domain.licenses import (
    DownloadAlreadyLicensed,
    DownloadUseBound,
    LicenseeNeedsBusiness,
    UnprintableText,
)
from allmytracks.domain.links import DownloadRevoked
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.licenses import LicenseAnswer, LicenseForm, license_answer
from allmytracks.entrypoints.snapshots import primed
from allmytracks.services.issue_license import LicenseApplication

app = HttpFunction()


@app.route(
    "POST",
    "/v1/licenses",
    body=LicenseForm,
    answers={201: LicenseAnswer, 200: LicenseAnswer},
    refusals=(
        AccountFrozen,
        DownloadNotPaid,
        DownloadRevoked,
        PurposeNotPermitted,
        PlanNotForEnterprise,
        PlanNotForPersonal,
        LicenseeNeedsBusiness,
        DownloadNotFound,
        DownloadAlreadyLicensed,
        DownloadUseBound,
        EndUserBound,
        IdempotencyKeyReused,
        InvalidFields,
        UnprintableText,
    ),
    idempotency="required",
)
def issue_license(request: Request) -> Answer:
    """Issues a letter: 201, or 200 with the same letter where this Idempotency-Key got it before."""
    key = request.idempotency_key
    form = request.body(LicenseForm)
    issued = services().issue_license(
        LicenseApplication(
            request.account_id, key, form.download_id, form.buyer(), form.designated(), form.use(), form.language
        )
    )
    status = 200 if issued.replayed else 201
    return Answer(status, license_answer(issued.letter, services().settings.public_url))


handle = primed(app, lambda: services().letter_tools)
