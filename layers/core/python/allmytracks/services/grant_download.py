"""Granting a download: exactly within the day's allowance, and once for each Idempotency-Key (M-A.quota)."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from allmytracks.domain.accounts import require_active
from allmytracks.domain.allowance import (
    Allowance,
    Day,
    MembershipRequired,
    allowance_of,
    day_at,
    nobody_permits,
    refusal,
)
from allmytracks.domain.downloads import Grant, Use, download_id_for, file_name_for, fingerprint_of
from allmytracks.domain.errors import IdempotencyKeyReused, Unavailable
from allmytracks.domain.plans import PriceLists
from allmytracks.domain.tracks import RenditionNotFound
from allmytracks.ports.accounts import Accounts
from allmytracks.ports.allowances import Allowances, NotGranted
from allmytracks.ports.downloads import Link, LinkSigner
from allmytracks.ports.publications import Publications
from allmytracks.ports.time_and_ids import Clock
from allmytracks.ports.tracks import Tracks
from allmytracks.services import published

DOWNLOADABLE = ("wav", "mp3")
# A refused attempt shows the items as they are; only another race can refuse the next one as well.
ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class DownloadRequest:
    """What a member asks for."""

    account_id: str
    idempotency_key: str
    track_id: str
    rendition: str
    use: Use
    source_ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Granted:
    """The grant, a fresh link to its file, what is left of today, and whether it was granted before."""

    grant: Grant
    link: Link
    allowance: Allowance
    replayed: bool


@dataclass(frozen=True)
class GrantDownload:
    """Raises the refusals of domain/allowance.py, TrackNotFound, RenditionNotFound, IdempotencyKeyReused and
    Unavailable; the last may be answered by the same request again.
    """

    allowances: Allowances
    tracks: Tracks
    accounts: Accounts
    publications: Publications
    links: LinkSigner
    clock: Clock
    zone: ZoneInfo

    def __call__(self, request: DownloadRequest) -> Granted:
        grant = self._wanted(request)
        plans = published.price_lists(self.publications)
        kind = request.use.project.kind if request.use.project else None
        terms = plans.terms_permitting(request.use.purpose, kind)
        if not terms:
            raise nobody_permits(request.use, plans)
        period_index = 0
        for _ in range(ATTEMPTS):
            now = self.clock.now()
            day = day_at(now, self.zone)
            refused = self.allowances.grant(grant, terms, day, now, period_index)
            if refused is None:
                return self._granted(grant, day, replayed=False)
            if refused.existing is not None:
                return self._replayed(refused.existing, grant, day)
            period_index = self._explain(refused, grant, plans, day)
        raise Unavailable

    def _wanted(self, request: DownloadRequest) -> Grant:
        track = self.tracks.get(request.track_id)
        if request.rendition not in DOWNLOADABLE:
            raise RenditionNotFound(f"Downloads come as {' or '.join(DOWNLOADABLE)}.", renditions=list(DOWNLOADABLE))
        file = track.rendition(request.rendition)
        return Grant(
            download_id=download_id_for(request.account_id, request.idempotency_key),
            account_id=request.account_id,
            track_id=track.id,
            title=track.title,
            artist=track.artist,
            rendition=file.format,
            rendition_sha256=file.sha256,
            object_key=file.key,
            file_name=file_name_for(track.artist, track.title, file.format),
            media_type=file.media_type,
            use=request.use,
            granted_at=self.clock.now(),
            fingerprint=fingerprint_of(track.id, request.rendition, request.use),
            source_ip=request.source_ip,
            user_agent=request.user_agent,
        )

    def _explain(self, refused: NotGranted, grant: Grant, plans: PriceLists, day: Day) -> int:
        """Raises the reason of the refusal; where nothing speaks against it any more, says which period to try."""
        now = self.clock.now()
        reason = refusal(refused.standing, grant.use, plans, day, now)
        if isinstance(reason, MembershipRequired):
            require_active(self.accounts.get(grant.account_id))
        if reason is not None:
            raise reason
        index = refused.standing.period_index(now) if refused.standing else None
        return index or 0

    def _replayed(self, existing: Grant, wanted: Grant, day: Day) -> Granted:
        if existing.fingerprint != wanted.fingerprint:
            raise IdempotencyKeyReused("This Idempotency-Key was used for another download; send a new one.")
        return self._granted(existing, day, replayed=True)

    def _granted(self, grant: Grant, day: Day, *, replayed: bool) -> Granted:
        now = self.clock.now()
        link = self.links.sign(grant.object_key, grant.file_name, grant.media_type, now)
        standing = self.allowances.standing(grant.account_id, day)
        return Granted(grant, link, allowance_of(standing, day, now), replayed)
