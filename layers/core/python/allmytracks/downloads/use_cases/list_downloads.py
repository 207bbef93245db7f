"""An account's history of downloads, in pages that are full although they leave out what was not asked for."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.downloads.ports import Downloads
from allmytracks.downloads.rules import Download
from allmytracks.downloads.rules_histories import Wanted
from allmytracks.foundation.paging import Page

READ_AT_ONCE = 250
# However few match, one request reads no more than this.
MOST_READ = 5000


@dataclass(frozen=True)
class ListDownloads:
    """Raises InvalidFields where the cursor is none of ours.

    A page holds fewer than `limit` only where the history ends, or MOST_READ downloads were read for it: then its
    cursor goes on where the reading stopped. A cursor names a download, not an offset: downloads that are
    granted meanwhile shift nothing, and it serves any filter.
    """

    downloads: Downloads

    def __call__(self, account_id: str, wanted: Wanted, *, limit: int, cursor: str | None) -> Page[Download]:
        found: list[Download] = []
        left = max(MOST_READ, limit + 1)
        while left > 0:
            # One more than asked for tells whether another page has anything.
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
