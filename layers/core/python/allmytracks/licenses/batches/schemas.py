"""Request and response bodies of the routes for license batches (api.md)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from allmytracks.downloads.rules import Project, Use
from allmytracks.downloads.schemas import PlatformText, ProjectAnswer, ProjectForm, project_answer
from allmytracks.foundation.http.reading import by_rule
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.batches.rules import LicenseBatch, Outcome, Wish
from allmytracks.licenses.rules import Language
from allmytracks.licenses.schemas import DesignatedUserForm, LicenseeForm
from allmytracks.memberships.schemas import PublishedId

TrackId = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class LicenseBatchForm(msgspec.Struct):
    """Tracks to download for one project and one purpose, each with a letter to the same licensee.

    The fields mean what they mean in POST /v1/downloads and POST /v1/licenses. Each track counts against today's
    allowance unless it was downloaded for this use before. At most 100 tracks, each once.
    """

    tracks: Annotated[list[TrackId], msgspec.Meta(min_length=1, max_length=100)]
    rendition: str
    project: ProjectForm
    purpose: PublishedId
    licensee: LicenseeForm
    platform: PlatformText | None = None
    platform_name: PlatformText | None = None
    designated_user: DesignatedUserForm | None = None
    language: Language = Language.ENGLISH
    channel: Annotated[str, by_rule("licenses.rules_applications", "check_channel")] | None = None

    def wish(self, source_ip: str, user_agent: str) -> Wish:
        """Raises InvalidFields."""
        return Wish(
            tracks=tuple(self.tracks),
            rendition=self.rendition,
            use=Use(Project(self.project.name, self.project.kind), self.purpose, self.platform),
            licensee=self.licensee.licensee(),
            designated_user=self.designated_user.user() if self.designated_user else None,
            language=self.language,
            platform_name=self.platform_name,
            channel=self.channel,
            source_ip=source_ip,
            user_agent=user_agent,
        )


class LicenseBatchItemAnswer(msgspec.Struct):
    """One track: `pending`, `licensed` (with `download_id` and the `number` of its letter), or `refused` for the reason
    `code`, said in `detail`.

    A refused track with a `download_id` was downloaded and not licensed: `download_already_licensed` names the `number`
    of the letter that there is; for any other code, license the download itself once the reason is gone.
    """

    track_id: str
    status: str
    download_id: str | None
    number: str | None
    code: str | None
    detail: str | None


class LicenseBatchAnswer(msgspec.Struct):
    """A batch: `pending` until every track has its outcome, then `done`. `continues_at` says when it goes on, while it
    waits so as not to download faster than the service permits.
    """

    batch_id: str
    status: str
    requested_at: str
    continues_at: str | None
    project: ProjectAnswer | None
    purpose: str | None
    platform: str | None
    licensed: int
    refused: int
    items: list[LicenseBatchItemAnswer]


def license_batch_answer(batch: LicenseBatch) -> LicenseBatchAnswer:
    """A batch as its member sees it."""
    items = [_item(track_id, batch.outcomes.get(track_id)) for track_id in batch.wish.tracks]
    waits = batch.waits_until if batch.open else None
    return LicenseBatchAnswer(
        batch_id=batch.id,
        status=batch.status,
        requested_at=rfc3339(batch.requested_at),
        continues_at=rfc3339(waits) if waits else None,
        project=project_answer(batch.wish.use),
        purpose=batch.wish.use.purpose,
        platform=batch.wish.use.platform,
        licensed=sum(item.status == "licensed" for item in items),
        refused=sum(item.status == "refused" for item in items),
        items=items,
    )


def _item(track_id: str, outcome: Outcome | None) -> LicenseBatchItemAnswer:
    if outcome is None:
        return LicenseBatchItemAnswer(track_id, "pending", None, None, None, None)
    status = "licensed" if outcome.code is None else "refused"
    return LicenseBatchItemAnswer(track_id, status, outcome.download_id, outcome.number, outcome.code, outcome.detail)
