"""A history of downloads as CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import msgspec

from allmytracks.downloads.rules import Download
from allmytracks.downloads.schemas import DownloadsQuery
from allmytracks.foundation.csv_cells import spreadsheet
from allmytracks.foundation.http.answers import Answer, prefers
from allmytracks.foundation.instants import rfc3339

COLUMNS = (
    "download_id",
    "granted_at",
    "track_id",
    "title",
    "artist",
    "rendition",
    "project_name",
    "project_kind",
    "purpose",
    "platform",
    "license_number",
    "revoked_at",
)
# Most rows of one response: far below a function's limit of 6 MB.
MOST_ROWS = 2000
CSV, JSON = "text/csv", "application/json"


def wants_csv(form: str | None, accept: str | None) -> bool:
    """Whether CSV is requested: by `form`, else by `accept` naming it before JSON."""
    if form is not None:
        return form == "csv"
    return prefers(accept, CSV)


def csv_answer(downloads: Iterable[Download], following: DownloadsQuery | None) -> Answer:
    """The rows with their header; where more follow, `Link` names the next part (RFC 8288)."""
    headers = {"Content-Disposition": 'attachment; filename="downloads.csv"'}
    if following:
        asked = {name: value for name, value in msgspec.structs.asdict(following).items() if value is not None}
        headers["Link"] = f'</v1/downloads?{urlencode(asked)}>; rel="next"'
    return Answer(
        200, spreadsheet(COLUMNS, map(_row, downloads)), headers, content_type=f"{CSV}; charset=utf-8; header=present"
    )


def _row(download: Download) -> tuple[str, ...]:
    project = download.use.project
    return (
        download.id,
        rfc3339(download.granted_at),
        download.track_id,
        download.title,
        download.artist,
        download.rendition,
        project.name if project else "",
        project.kind if project else "",
        download.use.purpose or "",
        download.use.platform or "",
        download.license_number or "",
        rfc3339(download.revoked_at) if download.revoked_at else "",
    )
