"""POST /v1/downloads/{id}/links: a fresh link to an old download."""

from allmytracks.accounts.rules import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.accounts.rules_states import AccountRestricted
from allmytracks.downloads.rules import DownloadNotFound, DownloadNotPaid
from allmytracks.downloads.rules_links import DownloadRevoked, NoLinksLeft
from allmytracks.downloads.schemas import LinkAnswer
from allmytracks.downloads.use_cases.record_link import LinkRequest
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


handle = app
