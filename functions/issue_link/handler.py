"""POST /v1/downloads/{id}/links: a fresh link to an old download."""

from allmytracks.bootstrap import services
from allmytracks.domain.accounts import AccountFrozen
from allmytracks.domain.downloads import DownloadNotFound
from allmytracks.domain.instants import rfc3339
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.downloads import LinkAnswer

app = HttpFunction()


@app.route("POST", "/v1/downloads/{id}/links", answers={201: LinkAnswer}, refusals=(DownloadNotFound, AccountFrozen))
def issue_link(request: Request) -> Answer:
    """A fresh link to a download; it costs nothing of the allowance."""
    link = services().issue_link(request.account_id, request.path_parameters["id"])
    return Answer(201, LinkAnswer(link.url, rfc3339(link.expires_at)))


handle = app
