"""An account's projects, from its history of downloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from allmytracks.downloads.ports import Downloads
from allmytracks.downloads.rules_histories import Wanted
from allmytracks.downloads.rules_projects import ProjectSummary, summarised
from allmytracks.downloads.use_cases.list_downloads import MOST_READ, ListDownloads
from allmytracks.foundation.paging import Page, make_cursor, read_cursor

_Part = Annotated[str, Meta(max_length=500)]


@dataclass(frozen=True)
class ListProjects:
    """Raises InvalidFields (cursor).

    Counts are of MOST_READ downloads: an older part of a longer history follows as pages of its own, and a project that
    has downloads there is on them once more. A cursor names that part and a place in it: a project that gets a download
    meanwhile moves to the front of the first page.
    """

    downloads: Downloads

    def __call__(self, account_id: str, *, limit: int, cursor: str | None) -> Page[ProjectSummary]:
        part, place = read_cursor(cursor, tuple[_Part, _Part]) if cursor else ("", "")
        history = ListDownloads(self.downloads)(account_id, Wanted(), limit=MOST_READ, cursor=part or None)
        left = [each for each in summarised(history.items) if not place or each.place < place]
        if len(left) > limit:
            return Page(left[:limit], make_cursor(part, left[limit - 1].place))
        return Page(left, make_cursor(history.next_cursor, "") if history.next_cursor else None)
