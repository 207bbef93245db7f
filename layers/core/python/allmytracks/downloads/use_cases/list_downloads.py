"""An account's history of downloads, filtered, in full pages."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.downloads.ports import Downloads
from allmytracks.downloads.rules import Download
from allmytracks.downloads.rules_histories import Wanted
from allmytracks.foundation.paging import Page

READ_AT_ONCE = 250
# Most downloads read for one request, however few match.
MOST_READ = 5000


@dataclass(frozen=True)
class ListDownloads:
    """Raises InvalidFields (cursor).

    A page holds fewer than `limit` only at the end of the history, or where MOST_READ downloads were read for it: then
    its cursor resumes there. A cursor names a download, not an offset: downloads that are granted meanwhile shift
    nothing, and it serves any filter.
    """

    downloads: Downloads

    def __call__(self, account_id: str, wanted: Wanted, *, limit: int, cursor: str | None) -> Page[Download]:
        found: list[Download] = []
        left = max(MOST_READ, limit + 1)
        while left > 0:
            # One more than the limit shows whether there is another page.
            batch = min(left, READ_AT_ONCE, limit + 1 if wanted.everything else READ_AT_ONCE)
            read = self.downloads.page(account_id, limit=batch, cursor=cursor)
            found += [each for each in read.items if wanted.includes(each)]
            if len(found) > limit:
                return Page(found[:limit], self.downloads.cursor_after(found[limit - 1]))
            cursor = read.next_cursor
            if cursor is None:
                break
            left -= len(read.items)
        return Page(found, cursor)
