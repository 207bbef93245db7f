"""GET /v1/downloads and GET /v1/downloads/{id}: the caller's downloads."""

from allmytracks.bootstrap import services
from allmytracks.domain.downloads import DownloadNotFound
from allmytracks.domain.errors import InvalidFields
from allmytracks.entrypoints.answers import Answer
from allmytracks.entrypoints.http import HttpFunction
from allmytracks.entrypoints.requests import Request
from allmytracks.entrypoints.schemas.downloads import (
    DownloadAnswer,
    DownloadsAnswer,
    PageQuery,
    download_answer,
)

app = HttpFunction()


@app.route("GET", "/v1/downloads", query=PageQuery, answers={200: DownloadsAnswer}, refusals=(InvalidFields,))
def list_downloads(request: Request) -> Answer:
    """The caller's downloads, newest first."""
    query = request.query(PageQuery)
    page = services().downloads.page(request.account_id, limit=query.limit, cursor=query.cursor)
    return Answer(200, DownloadsAnswer([download_answer(each) for each in page.items], page.next_cursor))


@app.route("GET", "/v1/downloads/{id}", answers={200: DownloadAnswer}, refusals=(DownloadNotFound,))
def get_download(request: Request) -> Answer:
    """One download of the caller."""
    return Answer(200, download_answer(services().downloads.get(request.account_id, request.path_parameters["id"])))


handle = app
