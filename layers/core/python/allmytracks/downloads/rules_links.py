"""Links to granted downloads: each is on record, and a download has only so many of them (U-II.IV.9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allmytracks.foundation.errors import Forbidden

# The kind of the case that an operator gets.
LINKS_EXHAUSTED = "links_exhausted"
# Where no anti-fraud rules were published that say another number.
LINKS_PER_DOWNLOAD = 20


class DownloadRevoked(Forbidden):
    """An operator took the download back; the links that are out end by themselves within minutes."""

    code = "download_revoked"


class NoLinksLeft(Forbidden):
    """A download's links are used up; an operator looks at the case, and waiting does not help."""

    code = LINKS_EXHAUSTED


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """The record of one link, without the link itself: when it was given to which address and device.

    The first one comes with the grant and has the download's own name.
    """

    id: str
    account_id: str
    download_id: str
    issued_at: datetime
    source_ip: str
    user_agent: str


def no_links_left(most: int) -> NoLinksLeft:
    """The refusal of a link after `most` new ones."""
    return NoLinksLeft(f"All {most} new links of this download are used; we look into it.", limit=most)


def download_revoked(revoked_at: datetime) -> DownloadRevoked:
    """The refusal of a link to what was taken back."""
    return DownloadRevoked("This download was revoked.", revoked_at=revoked_at)
