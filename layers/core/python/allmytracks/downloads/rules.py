"""Downloads: one grant of one track to one account, for at most one project and one purpose (M-III.6.2)."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from msgspec import Struct

from allmytracks.catalogue.rules import RenditionNotFound
from allmytracks.documents.rules_file_names import safe_file_name
from allmytracks.documents.rules_text import line, required_line
from allmytracks.foundation.errors import Conflict, FieldProblems, Forbidden, NotFound
from allmytracks.memberships.rules import Period
from allmytracks.memberships.rules_platforms import LONGEST_PLATFORM
from allmytracks.memberships.rules_rights import ProjectKind, Purpose

LONGEST_PROJECT = 200
DOWNLOADABLE = ("wav", "mp3")


class DownloadNotFound(NotFound):
    """The caller has no such download."""

    code = "download_not_found"


class DownloadNotPaid(Forbidden):
    """The payment for the download was returned, before or after the grant (M-II.3, M-II.8)."""

    code = "download_not_paid"


class UseRequired(Conflict):
    """Too many downloads of the track were granted undeclared and bound later: the next one must declare its use."""

    code = "use_required"


class Project(Struct, frozen=True):
    """The one item that a download is for."""

    name: str
    kind: ProjectKind


class Use(Struct, frozen=True):
    """What a download is for, as far as declared; a declaration binds permanently (M-III.8.default)."""

    project: Project | None = None
    purpose: Purpose | None = None
    platform: str | None = None


def check_project(field: str, name: str) -> None:
    """Checks a project's name alone. Raises InvalidFields."""
    required_line(field, name, LONGEST_PROJECT)


def check_platform(field: str, name: str) -> None:
    """Checks the form of a platform's name alone. Raises InvalidFields."""
    line(field, name, LONGEST_PLATFORM)


def normal_use(declared: Use) -> Use:
    """A declared use, normalised and checked for printing, as it binds permanently. Raises InvalidFields.

    memberships/rules_platforms.py resolves the platform.
    """
    problems = FieldProblems()
    project, platform = None, None
    with problems.gathered():
        if declared.project is not None:
            name = required_line("project.name", declared.project.name, LONGEST_PROJECT)
            project = Project(name, declared.project.kind)
    with problems.gathered():
        platform = line("platform", declared.platform, LONGEST_PLATFORM)
    problems.raise_found()
    return Use(project, declared.purpose, platform)


class Grant(Struct, frozen=True):
    """A grant: which file, for whom, for what.

    `key_hash` is the hash of the Idempotency-Key, and `fingerprint` tells whether a repeated one came with the same
    request; `source_ip` and `user_agent` are the requester's, as the gateway saw them.
    """

    download_id: str
    account_id: str
    track_id: str
    title: str
    artist: str
    rendition: str
    rendition_sha256: str
    object_key: str
    file_name: str
    media_type: str
    use: Use
    granted_at: datetime
    fingerprint: str
    source_ip: str = ""
    user_agent: str = ""
    key_hash: str = ""


class Download(Struct, frozen=True):
    """A granted download.

    `period` is the membership period that it was granted under; None where a refund from before the grant, reported
    after it, ended the whole period.
    """

    id: str
    account_id: str
    track_id: str
    title: str
    artist: str
    rendition: str
    rendition_sha256: str
    object_key: str
    file_name: str
    media_type: str
    period: Period | None
    use: Use
    granted_at: datetime
    license_number: str | None = None
    revoked_at: datetime | None = None

    @property
    def terms_id(self) -> str:
        """The terms that the download was granted under. Raises DownloadNotPaid."""
        return self._paid().terms_id

    @property
    def order_id(self) -> str:
        """The order that paid for the download. Raises DownloadNotPaid."""
        return self._paid().order_id

    def _paid(self) -> Period:
        if self.period is None:
            raise DownloadNotPaid("The membership that this download was granted under was refunded before it.")
        return self.period


UNDECLARED = Use()


def download_id_for(account_id: str, track_id: str, use: Use = UNDECLARED, slot: int = 0) -> str:
    """The id of the download of one track for one use: a repeated request finds it by this id.

    A download granted undeclared keeps its id when its licence binds it to a use; the next undeclared download of the
    track takes the next slot.
    """
    digest = hashlib.sha256("\0".join([account_id, *_words(track_id, use), str(slot)]).encode()).digest()
    return "dl_" + base64.b32encode(digest[:16]).decode().rstrip("=").lower()


def fingerprint_of(track_id: str, rendition: str, use: Use) -> str:
    """A digest of the request's content."""
    return hashlib.sha256("\0".join([*_words(track_id, use), rendition]).encode()).hexdigest()[:16]


def key_hash_of(account_id: str, idempotency_key: str) -> str:
    """The stored hash of an Idempotency-Key."""
    return hashlib.sha256(f"{account_id}\0{idempotency_key}".encode()).hexdigest()[:16]


def _words(track_id: str, use: Use) -> list[str]:
    """A track and a use as text; undeclared differs from declared empty."""
    project = [f"={use.project.name}", use.project.kind] if use.project else ["", ""]
    return [track_id, *project, use.purpose or "", "" if use.platform is None else f"={use.platform}"]


def require_downloadable(rendition: str) -> None:
    """Raises RenditionNotFound for what is no file of a download, such as a preview."""
    if rendition not in DOWNLOADABLE:
        raise RenditionNotFound(f"Downloads come as {' or '.join(DOWNLOADABLE)}.", renditions=list(DOWNLOADABLE))


def file_name_for(artist: str, title: str, extension: str) -> str:
    """A file name that is valid on every file system and that a person recognises."""
    name = f"{artist} - {title}" if artist else title
    return safe_file_name(name, extension, "track")
