"""Request and response bodies of the download routes (api.md)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from allmytracks.downloads.rules import Download, Project, Use, normal_use
from allmytracks.downloads.rules_histories import Wanted
from allmytracks.downloads.rules_links import IssuedLink
from allmytracks.downloads.rules_projects import ProjectSummary
from allmytracks.foundation.http.reading import by_rule
from allmytracks.foundation.instants import rfc3339
from allmytracks.memberships.rules_rights import ProjectKind
from allmytracks.memberships.schemas import PublishedId

ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
PlatformText = Annotated[ShortText, by_rule("downloads.rules", "check_platform")]


class ProjectForm(msgspec.Struct):
    """The one item that a download is for."""

    name: Annotated[ShortText, by_rule("downloads.rules", "check_project")]
    kind: ProjectKind


class DownloadForm(msgspec.Struct):
    """What to download, and what for as far as it is known; what is once declared cannot be changed.

    `purpose` and `platform` are among those that GET /v1/plans shows, the platform in any case, or `other` with
    `platform_name`.
    """

    track_id: str
    rendition: str
    project: ProjectForm | None = None
    purpose: PublishedId | None = None
    platform: PlatformText | None = None
    platform_name: PlatformText | None = None

    def use(self) -> Use:
        """Raises InvalidFields."""
        project = Project(self.project.name, self.project.kind) if self.project else None
        return normal_use(Use(project, self.purpose, self.platform))


class ProjectAnswer(msgspec.Struct):
    """The one item that a download is for."""

    name: str
    kind: str


class AllowanceAnswer(msgspec.Struct):
    """What is left of the day."""

    limit: int
    used: int
    remaining: int
    resets_at: str
    restricted_until: str | None = None


class LinkAnswer(msgspec.Struct):
    """A signed address of the file."""

    url: str
    url_expires_at: str


class GrantedAnswer(msgspec.Struct):
    """A granted download with a link to its file."""

    download_id: str
    url: str
    url_expires_at: str
    allowance: AllowanceAnswer
    track_id: str
    rendition: str
    project: ProjectAnswer | None
    purpose: str | None
    platform: str | None
    granted_at: str


class DownloadAnswer(msgspec.Struct):
    """A download of the past."""

    download_id: str
    track_id: str
    title: str
    artist: str
    rendition: str
    project: ProjectAnswer | None
    purpose: str | None
    platform: str | None
    granted_at: str
    license_number: str | None
    revoked_at: str | None = None


class DownloadsAnswer(msgspec.Struct):
    """One page of downloads, newest first."""

    items: list[DownloadAnswer]
    next_cursor: str | None


class ProjectSummaryAnswer(msgspec.Struct):
    """A project, with how many downloads it has and how many of them have a licence; `kind` is the newest one's."""

    name: str
    kind: str
    downloads: int
    licensed: int
    first_granted_at: str
    last_granted_at: str


class ProjectsAnswer(msgspec.Struct):
    """One page of projects, the one with the newest download first."""

    items: list[ProjectSummaryAnswer]
    next_cursor: str | None


class DownloadsQuery(msgspec.Struct):
    """Which downloads: of one project (its name), with or without a licence, and in which form.

    As JSON a page has 50 items where no `limit` is given; CSV then has all, as far as one answer goes.
    """

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None
    cursor: str | None = None
    project: ShortText | None = None
    licensed: Literal["yes", "no"] | None = None
    format: Literal["json", "csv"] | None = None

    def wanted(self) -> Wanted:
        return Wanted(self.project, None if self.licensed is None else self.licensed == "yes")


class IssuedLinkAnswer(msgspec.Struct):
    """When a link was given, and to which address and device."""

    link_id: str
    issued_at: str
    source_ip: str
    user_agent: str


class IssuedLinksAnswer(msgspec.Struct):
    """Every link of one download, the grant's own first; none of them is shown again."""

    items: list[IssuedLinkAnswer]


def issued_link_answer(link: IssuedLink) -> IssuedLinkAnswer:
    """The record of a link, as its member sees it."""
    return IssuedLinkAnswer(link.id, rfc3339(link.issued_at), link.source_ip, link.user_agent)


def project_answer(use: Use) -> ProjectAnswer | None:
    """The project of a use."""
    return ProjectAnswer(use.project.name, use.project.kind) if use.project else None


def project_summary_answer(found: ProjectSummary) -> ProjectSummaryAnswer:
    """A project as its member sees it."""
    return ProjectSummaryAnswer(
        name=found.project.name,
        kind=found.project.kind,
        downloads=found.downloads,
        licensed=found.licensed,
        first_granted_at=rfc3339(found.first_granted_at),
        last_granted_at=rfc3339(found.last_granted_at),
    )


def download_answer(download: Download) -> DownloadAnswer:
    """A download as its member sees it."""
    return DownloadAnswer(
        download_id=download.id,
        track_id=download.track_id,
        title=download.title,
        artist=download.artist,
        rendition=download.rendition,
        project=project_answer(download.use),
        purpose=download.use.purpose,
        platform=download.use.platform,
        granted_at=rfc3339(download.granted_at),
        license_number=download.license_number,
        revoked_at=rfc3339(download.revoked_at) if download.revoked_at else None,
    )
