"""Links to granted downloads: each is on record, and a download has only so many of them (U-II.IV.9)."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from allmytracks.foundation.errors import Forbidden

# The kind of the case that is opened.
LINKS_EXHAUSTED = "links_exhausted"
# The default without published anti-fraud rules.
LINKS_PER_DOWNLOAD = 20


class DownloadRevoked(Forbidden):
    """An operator revoked the download; issued links expire within minutes."""

    code = "download_revoked"


class NoLinksLeft(Forbidden):
    """A download's links are used up; waiting does not help, an operator gets a case."""

    code = LINKS_EXHAUSTED


class IssuedLink(Struct, frozen=True):
    """The record of one link, without the link itself: when it was given to which address and device.

    The first one comes with the grant and has the download's id.
    """

    id: str
    account_id: str
    download_id: str
    issued_at: datetime
    source_ip: str
    user_agent: str


def no_links_left(most: int) -> NoLinksLeft:
    """The refusal after `most` new links."""
    return NoLinksLeft(f"All {most} new links of this download are used; we look into it.", limit=most)


def download_revoked(revoked_at: datetime) -> DownloadRevoked:
    """The refusal of a link to a revoked download."""
    return DownloadRevoked("This download was revoked.", revoked_at=revoked_at)
