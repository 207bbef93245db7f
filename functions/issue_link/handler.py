"""POST /v1/downloads/{id}/links, /v1/orders/{id}/links: a link to an old download, to a track of a special licence."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.rules_states import AccountRestricted
from allmytracks.catalogue.rules import RenditionNotFound, TrackNotFound
from allmytracks.downloads.rules import DownloadNotFound, DownloadNotPaid
from allmytracks.downloads.rules_links import DownloadRevoked, NoLinksLeft
from allmytracks.downloads.schemas import LinkAnswer
from allmytracks.downloads.use_cases.record_link import LinkRequest
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.agreements.rules_special import (
    SpecialLicenseNotFound,
    SpecialLicenseRevoked,
    TrackNotLicensed,
)
from allmytracks.licenses.agreements.schemas_special import SpecialLinkForm
from allmytracks.licenses.agreements.use_cases.issue_special_link import SpecialLinkRequest
from allmytracks.notices.http_maintenance import closed_during_maintenance
from allmytracks.notices.rules_maintenance import UnderMaintenance
from allmytracks.wiring import services

app = HttpFunction(refusals_on_record=True)


@app.route(
    "POST",
    "/v1/downloads/{id}/links",
    answers={201: LinkAnswer},
    refusals=(
        UnderMaintenance,
        DownloadNotFound,
        DownloadNotPaid,
        DownloadRevoked,
        NoLinksLeft,
        AccountRestricted,
        AccountFrozen,
        AccountNotVerified,
        GuardianConsentRequired,
    ),
)
@closed_during_maintenance(lambda: services().notices.show_service)
def issue_link(request: Request) -> Answer:
    """A fresh link to a download; it costs nothing of the allowance, and a download has only so many."""
    link = services().downloads.issue_link(
        LinkRequest(request.account_id, request.path_parameters["id"], request.source_ip, request.user_agent)
    )
    return Answer(201, LinkAnswer(link.url, rfc3339(link.expires_at)))


@app.route(
    "POST",
    "/v1/orders/{id}/links",
    body=SpecialLinkForm,
    answers={201: LinkAnswer},
    refusals=(
        UnderMaintenance,
        SpecialLicenseNotFound,
        DownloadNotPaid,
        SpecialLicenseRevoked,
        TrackNotLicensed,
        TrackNotFound,
        RenditionNotFound,
        NoLinksLeft,
        AccountRestricted,
        AccountFrozen,
        AccountNotVerified,
        GuardianConsentRequired,
    ),
)
@closed_during_maintenance(lambda: services().notices.show_service)
def issue_special_link(request: Request) -> Answer:
    """A link to a track that the caller's special licence names; it costs nothing of the allowance.

    Also for a track that was withdrawn since. A track of a licence has only so many links.
    """
    wanted = request.body(SpecialLinkForm)
    link = services().licenses.agreements.issue_special_link(
        SpecialLinkRequest(
            request.account_id,
            request.path_parameters["id"],
            wanted.track_id,
            wanted.rendition,
            request.source_ip,
            request.user_agent,
        )
    )
    return Answer(201, LinkAnswer(link.url, rfc3339(link.expires_at)))


handle = app
