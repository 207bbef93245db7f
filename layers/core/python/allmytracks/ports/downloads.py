"""Granted downloads, and the signed links to their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from allmytracks.domain.downloads import Download

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `next_cursor` asks for the next one."""

    items: Sequence[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A signed address that yields one file until `expires_at`."""

    url: str
    expires_at: datetime


class Downloads(Protocol):
    """What was granted; a grant itself is made by the Allowances."""

    def get(self, account_id: str, download_id: str) -> Download:
        """The account's own download. Raises DownloadNotFound."""
        ...

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Download]:
        """The account's downloads, newest first. Raises InvalidFields where the cursor is none of ours."""
        ...

    def cursor_after(self, download: Download) -> str:
        """The cursor of the page that starts after this download of the account's own."""
        ...


class LinkSigner(Protocol):
    """Signs links to masters."""

    def sign(self, object_key: str, file_name: str, media_type: str, now: datetime) -> Link:
        """A short-lived link that saves under `file_name`."""
        ...
