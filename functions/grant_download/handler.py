"""POST /v1/downloads: grant a download."""

from allmytracks.accounts.rules import AccountFrozen, GuardianConsentRequired
from allmytracks.accounts.rules_states import AccountRestricted
from allmytracks.catalogue.rules import RenditionNotFound, TrackNotFound
from allmytracks.downloads import rules_allowance as allowance
from allmytracks.downloads.rate_limits import allowance_answer, rate_limit_headers
from allmytracks.downloads.rules import DownloadNotPaid, UseRequired
from allmytracks.downloads.rules_links import DownloadRevoked, NoLinksLeft
from allmytracks.downloads.schemas import DownloadForm, GrantedAnswer, project_answer
from allmytracks.downloads.use_cases.grant_download import DownloadRequest
from allmytracks.foundation.errors import IdempotencyKeyReused, InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.instants import rfc3339
from allmytracks.notices.http_maintenance import closed_during_maintenance
from allmytracks.notices.rules_maintenance import UnderMaintenance
from allmytracks.wiring import services

app = HttpFunction(refusals_on_record=True)


@app.route(
    "POST",
    "/v1/downloads",
    body=DownloadForm,
    answers={201: GrantedAnswer, 200: GrantedAnswer},
    refusals=(
        UnderMaintenance,
        allowance.MembershipRequired,
        allowance.PurposeNotPermitted,
        allowance.PlanNotForEnterprise,
        allowance.PlanNotForPersonal,
        AccountRestricted,
        AccountFrozen,
        allowance.AllowanceExhausted,
        allowance.DownloadingTooFast,
        GuardianConsentRequired,
        TrackNotFound,
        RenditionNotFound,
        IdempotencyKeyReused,
        UseRequired,
        DownloadNotPaid,
        DownloadRevoked,
        NoLinksLeft,
        InvalidFields,
    ),
    idempotency="required",
)
@closed_during_maintenance(lambda: services().notices.show_service)
def grant_download(request: Request) -> Answer:
    """Download a track: counted once against today's allowance, with a link to the file.

    Asking again for the same track, project, purpose and platform gives the same download with a fresh link and costs
    nothing.
    """
    form = request.body(DownloadForm)
    granted = services().downloads.grant(
        DownloadRequest(
            account_id=request.account_id,
            idempotency_key=request.idempotency_key,
            track_id=form.track_id,
            rendition=form.rendition,
            use=form.use(),
            source_ip=request.source_ip,
            user_agent=request.user_agent,
            platform_name=form.platform_name,
        )
    )
    answer = GrantedAnswer(
        download_id=granted.grant.download_id,
        url=granted.link.url,
        url_expires_at=rfc3339(granted.link.expires_at),
        allowance=allowance_answer(granted.allowance),
        track_id=granted.grant.track_id,
        rendition=granted.grant.rendition,
        project=project_answer(granted.grant.use),
        purpose=granted.grant.use.purpose,
        platform=granted.grant.use.platform,
        granted_at=rfc3339(granted.grant.granted_at),
    )
    return Answer(
        200 if granted.replayed else 201,
        answer,
        rate_limit_headers(granted.allowance, services().foundation.clock.now()),
    )


handle = app
