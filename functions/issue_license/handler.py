"""POST /v1/licenses: issue a licence letter for a download."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.rules_end_users import EndUserBound
from allmytracks.accounts.rules_states import AccountRestricted
from allmytracks.documents.rules import UnprintableText
from allmytracks.downloads.rules import DownloadNotFound, DownloadNotPaid
from allmytracks.downloads.rules_allowance import PlanNotForEnterprise, PlanNotForPersonal, PurposeNotPermitted
from allmytracks.downloads.rules_links import DownloadRevoked
from allmytracks.foundation.errors import IdempotencyKeyReused, InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.licenses.rules import (
    DownloadAlreadyLicensed,
    DownloadUseBound,
    EnterpriseOnly,
    LicenseeNeedsEnterprisePlan,
)
from allmytracks.licenses.schemas import LicenseAnswer, LicenseForm, license_answer
from allmytracks.licenses.use_cases.issue_license import LicenseApplication
from allmytracks.notices.http_maintenance import closed_during_maintenance
from allmytracks.notices.rules_maintenance import UnderMaintenance
from allmytracks.wiring import services

app = HttpFunction(refusals_on_record=True)


@app.route(
    "POST",
    "/v1/licenses",
    body=LicenseForm,
    answers={201: LicenseAnswer, 200: LicenseAnswer},
    refusals=(
        UnderMaintenance,
        AccountFrozen,
        AccountRestricted,
        AccountNotVerified,
        GuardianConsentRequired,
        EnterpriseOnly,
        DownloadNotPaid,
        DownloadRevoked,
        PurposeNotPermitted,
        PlanNotForEnterprise,
        PlanNotForPersonal,
        LicenseeNeedsEnterprisePlan,
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
@closed_during_maintenance(lambda: services().notices.show_service)
def issue_license(request: Request) -> Answer:
    """Issues a letter: 201, or 200 with the same letter where this Idempotency-Key got it before."""
    key = request.idempotency_key
    form = request.body(LicenseForm)
    issued = services().licenses.issue(
        LicenseApplication(
            request.account_id,
            key,
            form.download_id,
            form.buyer(),
            form.designated(),
            form.use(),
            form.language,
            form.platform_name,
            form.channel,
        )
    )
    status = 200 if issued.replayed else 201
    return Answer(status, license_answer(issued.letter, services().foundation.settings.public_url))


handle = app
