"""Granting a download: exactly within the day's allowance, and once for each track and use (M-A.quota)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.accounts.rules import Account, AccountStatus
from allmytracks.accounts.rules_states import Act, account_restricted, refusal_of, require_status
from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.rules import Track
from allmytracks.downloads.ports_allowances import Allowances, KnownCounts, NotGranted, Terms
from allmytracks.downloads.rules import (
    Grant,
    Use,
    UseRequired,
    download_id_for,
    file_name_for,
    fingerprint_of,
    key_hash_of,
    require_downloadable,
)
from allmytracks.downloads.rules_allowance import (
    Allowance,
    Counted,
    Day,
    MembershipRequired,
    allowance_of,
    day_at,
    nobody_permits,
    refusal,
)
from allmytracks.downloads.rules_links import download_revoked
from allmytracks.downloads.use_cases.record_link import LinkRequest
from allmytracks.enforcement.published import published_fraud_rules
from allmytracks.foundation.errors import IdempotencyKeyReused, Unavailable
from allmytracks.foundation.links import Link, LinkSigner
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.memberships.published import published_price_lists
from allmytracks.memberships.rules_plans import PriceLists
from allmytracks.memberships.rules_platforms import platform_of
from allmytracks.publishing.ports import Publications

# A refused attempt returns the items as they are; only another race can refuse the next one as well.
ATTEMPTS = 4
# Most downloads of one track that are granted undeclared and bound by their licences later.
SLOTS = 32


class DownloadRequest(Struct, frozen=True):
    """What a member asks for, and from where."""

    account_id: str
    idempotency_key: str
    track_id: str
    rendition: str
    use: Use
    source_ip: str = ""
    user_agent: str = ""
    platform_name: str | None = None


class Granted(Struct, frozen=True):
    """The grant, a fresh link to its file, what is left of today, and whether it was granted before."""

    grant: Grant
    link: Link
    allowance: Allowance
    replayed: bool


@dataclass(frozen=True)
class GrantDownload:
    """Raises the refusals of rules_allowance.py, TrackNotFound, RenditionNotFound, IdempotencyKeyReused, UseRequired
    and Unavailable; the last may be retried. Where it was granted before, also DownloadRevoked and what `record`
    raises, which puts one more link on record (downloads/use_cases/record_link.py).

    `anti_fraud` False disables slow-downs.
    """

    allowances: Allowances
    known: KnownCounts
    tracks: Tracks
    account: Callable[[str], Account]
    publications: Publications
    links: LinkSigner
    record: Callable[[LinkRequest, datetime], None]
    clock: Clock
    zone: ZoneInfo
    anti_fraud: bool = True

    def __call__(self, request: DownloadRequest) -> Granted:
        plans = published_price_lists(self.publications)
        request = self._with_platform(request, plans)
        track = self.tracks.get(request.track_id)
        track.require_on_sale()
        grant = _wanted(request, track, self.clock.now())
        terms = self._terms(request.use, plans, grant.granted_at)
        day = day_at(grant.granted_at, self.zone)
        terms = replace(terms, expected=self.known.expected(grant.account_id, day))
        slot, guessed, attempts = 0, terms.expected is not None, 0
        while attempts < ATTEMPTS:
            # One reading of the clock for both the counted day and the recorded time.
            now = self.clock.now()
            day, grant = day_at(now, self.zone), replace(grant, granted_at=now)
            refused = self.allowances.grant(grant, terms, day, now)
            if refused is None:
                return self._granted(grant, day, terms.expected, guessed=guessed)
            existing = refused.existing
            if existing is not None and existing.key_hash == grant.key_hash:
                if existing.fingerprint != grant.fingerprint:
                    raise _key_reused()
                return self._repeated(existing, refused.revoked_at, grant, day)
            if existing is not None and existing.use != grant.use:
                # Granted undeclared, and bound to another use by its licence.
                slot += 1
                grant = replace(grant, download_id=_name(request, slot))
                continue
            if refused.key_used:
                raise _key_reused()
            if existing is not None:
                return self._repeated(existing, refused.revoked_at, grant, day)
            terms = self._next(refused, grant, terms, plans, day, guessed=guessed)
            guessed, attempts = False, attempts + 1
        raise Unavailable

    def _with_platform(self, request: DownloadRequest, plans: PriceLists) -> DownloadRequest:
        """With the declared platform as letters state it. Raises InvalidFields."""
        if request.use.platform is None and request.platform_name is None:
            return request
        platforms = plans.at(self.clock.now()).platforms
        platform = platform_of(platforms, request.use.platform, request.platform_name)
        return replace(request, use=replace(request.use, platform=platform))

    def _terms(self, use: Use, plans: PriceLists, now: datetime) -> Terms:
        kind = use.project.kind if use.project else None
        permitting = plans.terms_permitting(use.purpose, kind)
        if not permitting:
            raise nobody_permits(use, plans)
        rules = published_fraud_rules(self.publications, now) if self.anti_fraud else None
        return Terms(permitting, burst=rules.burst if rules else None)

    def _next(
        self, refused: NotGranted, grant: Grant, terms: Terms, plans: PriceLists, day: Day, *, guessed: bool
    ) -> Terms:
        """Raises the reason of the refusal; Unavailable where the reason is gone meanwhile."""
        now, standing = grant.granted_at, refused.standing
        counted = standing.counted(now) if standing else None
        if counted is not None:
            self.known.learn(grant.account_id, day, counted, right=counted == terms.expected if guessed else None)
        reason = refusal(standing, grant.use, plans, day, now, terms.burst)
        if isinstance(reason, MembershipRequired):
            require_status(self.account(grant.account_id), Act.DOWNLOAD)
        if reason is not None:
            raise reason
        index = standing.period_index(now) if standing else None
        # The refusal's count is expected once; if that is stale too, there are many concurrent requests: it is read
        # later.
        expected = counted if guessed or terms.expected is None else None
        return replace(terms, period_index=index or 0, expected=expected)

    def _granted(self, grant: Grant, day: Day, expected: Counted | None, *, guessed: bool) -> Granted:
        link = self.links.sign(grant.object_key, grant.file_name, grant.media_type, grant.granted_at)
        counted = Counted(expected.used + 1, expected.limit) if expected else self._read(grant, day)
        self.known.learn(grant.account_id, day, counted, right=True if guessed else None)
        return Granted(grant, link, Allowance(counted.limit, counted.used, day.ends_at), replayed=False)

    def _read(self, grant: Grant, day: Day) -> Counted:
        standing = self.allowances.standing(grant.account_id, day)
        allowance = allowance_of(standing, day, grant.granted_at)
        return Counted(allowance.used, allowance.limit)

    def _repeated(self, existing: Grant, revoked_at: datetime | None, grant: Grant, day: Day) -> Granted:
        """The existing download, with a link to the requested file; it costs nothing."""
        if revoked_at is not None:
            raise download_revoked(revoked_at)
        standing = self.allowances.standing(grant.account_id, day)
        if standing is not None and standing.standing != "active":
            raise refusal_of(AccountStatus(standing.standing))
        now = self.clock.now()
        link = self.links.sign(grant.object_key, grant.file_name, grant.media_type, now)
        lifetime = link.expires_at - now
        lost_a_moment_ago = existing.key_hash == grant.key_hash and now < existing.granted_at + lifetime
        if not lost_a_moment_ago and standing is not None and standing.restricted_until > now:
            raise account_restricted(standing.restricted_until, standing.restriction)
        if not lost_a_moment_ago or _whence(existing) != _whence(grant):
            # One more link to an old download, or for another device than the grant's record names (U-II.IV.9).
            self.record(LinkRequest(grant.account_id, existing.download_id, grant.source_ip, grant.user_agent), now)
        shown = replace(existing, rendition=grant.rendition)
        return Granted(shown, link, allowance_of(standing, day, now), replayed=True)


def _wanted(request: DownloadRequest, track: Track, now: datetime) -> Grant:
    """The grant that is requested. Raises RenditionNotFound."""
    require_downloadable(request.rendition)
    file = track.rendition(request.rendition)
    return Grant(
        download_id=_name(request, 0),
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
        granted_at=now,
        fingerprint=fingerprint_of(track.id, request.rendition, request.use),
        source_ip=request.source_ip,
        user_agent=request.user_agent,
        key_hash=key_hash_of(request.account_id, request.idempotency_key),
    )


def _whence(grant: Grant) -> tuple[str, str]:
    return grant.source_ip, grant.user_agent


def _name(request: DownloadRequest, slot: int) -> str:
    if slot == SLOTS:
        raise UseRequired(f"{SLOTS} downloads of this track went to other projects; say which project this one is for.")
    return download_id_for(request.account_id, request.track_id, request.use, slot)


def _key_reused() -> IdempotencyKeyReused:
    return IdempotencyKeyReused("This Idempotency-Key was used for another download; send a new one.")
