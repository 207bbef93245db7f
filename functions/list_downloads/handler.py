"""The caller's downloads: the list, one, the links that it was given, and the projects that they are for."""

import msgspec

from allmytracks.downloads.csv import CSV, MOST_ROWS, csv_answer, wants_csv
from allmytracks.downloads.rules import DownloadNotFound
from allmytracks.downloads.schemas import (
    DownloadAnswer,
    DownloadsAnswer,
    DownloadsQuery,
    IssuedLinksAnswer,
    ProjectsAnswer,
    download_answer,
    issued_link_answer,
    project_summary_answer,
)
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from allmytracks.foundation.paging import PageQuery
from allmytracks.wiring import services

app = HttpFunction()
ITEMS = 50


@app.route(
    "GET", "/v1/downloads", query=DownloadsQuery, answers={200: (DownloadsAnswer, CSV)}, refusals=(InvalidFields,)
)
def list_downloads(request: Request) -> Answer:
    """The caller's downloads, newest first.

    With `format=csv` (or `Accept: text/csv`) the answer is a table with a header row; its `Link` header names the rest
    where one answer cannot hold all.
    """
    query = request.query(DownloadsQuery)
    csv = wants_csv(query.format, request.header("accept"))
    limit = query.limit or (MOST_ROWS if csv else ITEMS)
    page = services().downloads.list_downloads(request.account_id, query.wanted(), limit=limit, cursor=query.cursor)
    if not csv:
        return Answer(200, DownloadsAnswer([download_answer(each) for each in page.items], page.next_cursor))
    following = msgspec.structs.replace(query, format="csv", cursor=page.next_cursor)
    return csv_answer(page.items, following if page.next_cursor else None)


@app.route("GET", "/v1/downloads/{id}", answers={200: DownloadAnswer}, refusals=(DownloadNotFound,))
def get_download(request: Request) -> Answer:
    """One download of the caller."""
    return Answer(
        200, download_answer(services().downloads.repository.get(request.account_id, request.path_parameters["id"]))
    )


@app.route("GET", "/v1/downloads/{id}/links", answers={200: IssuedLinksAnswer}, refusals=(DownloadNotFound,))
def list_links(request: Request) -> Answer:
    """The links that one download of the caller was given: when, to which address and device."""
    links = services().downloads.issued_links.of(request.account_id, request.path_parameters["id"])
    return Answer(200, IssuedLinksAnswer([issued_link_answer(each) for each in links]))


@app.route("GET", "/v1/projects", query=PageQuery, answers={200: ProjectsAnswer}, refusals=(InvalidFields,))
def list_projects(request: Request) -> Answer:
    """The projects that the caller's downloads are for, the one with the newest download first.

    `GET /v1/downloads?project=` lists the downloads of one. Names that differ by case alone are one project. Counts are
    of 5,000 downloads: with a longer history older ones follow on later pages, where a project can be once more.
    """
    query = request.query(PageQuery)
    page = services().downloads.list_projects(request.account_id, limit=query.limit, cursor=query.cursor)
    return Answer(200, ProjectsAnswer([project_summary_answer(each) for each in page.items], page.next_cursor))


handle = app
