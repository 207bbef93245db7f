"""Downloads: one grant of one track to one account, for at most one project and one purpose (M-III.6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allmytracks.domain.errors import NotFound
from allmytracks.domain.rights import ProjectKind, Purpose


class DownloadNotFound(NotFound):
    """The caller has no such download."""

    code = "download_not_found"


@dataclass(frozen=True, slots=True)
class Project:
    """The one item that a download is for."""

    name: str
    kind: ProjectKind


@dataclass(frozen=True, slots=True)
class Use:
    """What a download is for, as far as it was declared; what is once declared binds for good (M-III.8.default)."""

    project: Project | None = None
    purpose: Purpose | None = None
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """One grant. `terms_id` and `order_id` are of the membership period that it was granted under."""

    id: str
    account_id: str
    track_id: str
    title: str
    artist: str
    rendition: str
    rendition_sha256: str
    object_key: str
    file_name: str
    use: Use
    granted_at: datetime
    license_number: str | None = None
