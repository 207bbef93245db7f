"""POST /v1/downloads/{id}/links: a fresh link to an old download."""

from allmytracks.bootstrap import services
from allmytracks.domain.accounts import AccountFrozen, AccountNotVerified, GuardianConsentRequired
from allmytracks.domain.allowance import AccountRestricted
from allmytracks.domain.downloads import DownloadNotFound
from allmytracks.domain.instants import rfc3339
from allmytracks.domain.links import DownloadRevoked, NoLinksLeft
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.downloads import LinkAnswer
from allmytracks.services.record_link import LinkRequest

app = HttpFunction()


@app.route(
    "POST",
    "/v1/downloads/{id}/links",
    answers={201: LinkAnswer},
    refusals=(
        DownloadNotFound,
        DownloadRevoked,
        NoLinksLeft,
        AccountRestricted,
        AccountFrozen,
        AccountNotVerified,
        GuardianConsentRequired,
    ),
)
def issue_link(request: Request) -> Answer:
    """A fresh link to a download; it costs nothing of the allowance, and a download has only so many."""
    link = services().issue_link(
        LinkRequest(request.account_id, request.path_parameters["id"], request.source_ip, request.user_agent)
    )
    return Answer(201, LinkAnswer(link.url, rfc3339(link.expires_at)))


handle = app
