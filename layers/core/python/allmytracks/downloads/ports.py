"""Granted downloads, and the signed links to their files."""

from __future__ import annotations

from typing import Protocol, TypeVar

from allmytracks.downloads.rules import Download
from allmytracks.foundation.paging import Page

T = TypeVar("T")


class Downloads(Protocol):
    """The granted downloads; Allowances grants them."""

    def get(self, account_id: str, download_id: str) -> Download:
        """The account's own download. Raises DownloadNotFound."""
        ...

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Download]:
        """The account's downloads, newest first. Raises InvalidFields (cursor)."""
        ...

    def cursor_after(self, download: Download) -> str:
        """The cursor of the page that starts after this download of the account's own."""
        ...
