"""The record of the links that were issued to downloads (U-II.IV.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from allmytracks.downloads.rules_links import IssuedLink


class IssuedLinks(Protocol):
    """The records of issued links, without the links themselves."""

    def record(self, link: IssuedLink, most: int) -> None:
        """Counts one more new link of the download and stores its record, atomically.

        Raises DownloadNotFound, DownloadRevoked, NoLinksLeft (`most` were recorded already) and Unavailable; after the
        last, the same call may be repeated and is counted once.
        """
        ...

    def of(self, account_id: str, download_id: str) -> Sequence[IssuedLink]:
        """All links of the account's own download, oldest first; the grant's is the first. Raises DownloadNotFound."""
        ...

    def renew(self, account_id: str, download_id: str) -> None:
        """Resets the download's count of new links; the records stay. Raises DownloadNotFound."""
        ...

    def revoke(self, account_id: str, download_id: str, at: datetime) -> None:
        """Revokes the download at `at`; idempotent, the first instant is kept. Raises DownloadNotFound."""
        ...
