"""The use case of a download, on memory adapters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from allmytracks.adapters.accounts import MemoryAccounts
from allmytracks.adapters.downloads_memory import MemoryDownloads
from allmytracks.adapters.links import MemoryLinkSigner
from allmytracks.adapters.publications import MemoryPublications
from allmytracks.adapters.time_and_ids import FixedClock
from allmytracks.adapters.tracks import MemoryTracks
from allmytracks.domain.accounts import AccountStatus, GuardianConsentRequired
from allmytracks.domain.allowance import (
    AllowanceExhausted,
    MembershipRequired,
    PlanNotForEnterprise,
    PurposeNotPermitted,
)
from allmytracks.domain.downloads import Project, Use, file_name_for
from allmytracks.domain.errors import DomainError, IdempotencyKeyReused
from allmytracks.domain.rights import ProjectKind, Purpose
from allmytracks.domain.tracks import Origin, RenditionNotFound, TrackNotFound
from allmytracks.services.get_allowance import GetAllowance
from allmytracks.services.grant_download import DownloadRequest, GrantDownload
from tests.samples import NOW, account, period, plans_publication, track

ZONE = ZoneInfo("Asia/Hong_Kong")
REQUEST = DownloadRequest("acc-1", "key-1", "trk-1", "wav", Use())


class World:
    """A member, a track, a membership."""

    def __init__(self) -> None:
        self.downloads, self.accounts, self.clock = MemoryDownloads(), MemoryAccounts(), FixedClock(NOW)
        self.accounts.add(account(), [])
        tracks = MemoryTracks()
        for name in ("trk-1", "trk-2"):
            tracks.add(track(name), Origin(import_id="imp-1", path=f"{name}.wav", checksums=(name,)))
        self.grant = GrantDownload(
            allowances=self.downloads,
            tracks=tracks,
            accounts=self.accounts,
            publications=MemoryPublications([plans_publication()]),
            links=MemoryLinkSigner(),
            clock=self.clock,
            zone=ZONE,
        )
        self.allowance = GetAllowance(self.downloads, self.clock, ZONE)

    def used(self) -> int:
        return self.allowance("acc-1").used


@pytest.fixture
def world() -> World:
    made = World()
    made.downloads.set_periods("acc-1", [period(limit=2)])
    return made


def refused(world: World, request: DownloadRequest, expected: type[DomainError]) -> DomainError:
    before = world.used()
    with pytest.raises(expected) as raised:
        world.grant(request)
    assert world.used() == before, "a refusal costs nothing"
    return raised.value


def test_a_grant_counts_and_links_to_the_file(world: World) -> None:
    granted = world.grant(REQUEST)
    assert not granted.replayed
    assert (granted.allowance.used, granted.allowance.remaining) == (1, 1)
    assert granted.link.url.startswith("memory://tracks/trk-1/wav.wav?name=The%20Makers%20-%20Title")
    assert granted.link.expires_at == NOW + timedelta(seconds=300)


def test_the_same_key_gives_the_same_download_and_costs_nothing(world: World) -> None:
    first = world.grant(REQUEST)
    again = world.grant(REQUEST)
    assert again.replayed
    assert again.grant == first.grant
    assert world.used() == 1


def test_the_same_key_still_answers_when_the_day_is_used_up_or_over(world: World) -> None:
    first = world.grant(REQUEST)
    world.grant(replace(REQUEST, idempotency_key="key-2"))
    assert world.grant(REQUEST).grant == first.grant
    world.clock.advance(days=1)
    assert world.grant(REQUEST).grant == first.grant
    assert world.used() == 0


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, track_id="trk-2"),
        replace(REQUEST, rendition="mp3"),
        replace(REQUEST, use=Use(purpose=Purpose.ACADEMIC)),
    ],
)
def test_the_same_key_for_something_else_is_a_conflict(world: World, other: DownloadRequest) -> None:
    world.grant(REQUEST)
    refused(world, other, IdempotencyKeyReused)


@pytest.mark.clause("M-A.quota")
def test_one_more_than_the_limit_is_refused_until_the_day_ends(world: World) -> None:
    for key in ("key-1", "key-2"):
        world.grant(replace(REQUEST, idempotency_key=key))
    third = replace(REQUEST, idempotency_key="key-3")
    error = refused(world, third, AllowanceExhausted)
    assert isinstance(error, AllowanceExhausted)
    world.clock.at = error.until
    assert world.grant(third).allowance.used == 1


@pytest.mark.clause("M-II.5")
def test_the_next_period_takes_over_at_its_very_start(world: World) -> None:
    first = period(days=1.5, limit=1)
    world.downloads.set_periods("acc-1", [first, period("business", starts_at=first.ends_at, limit=9)])
    world.grant(REQUEST)
    world.clock.at = first.ends_at
    assert world.grant(replace(REQUEST, idempotency_key="key-2")).allowance.limit == 9


@pytest.mark.clause("M-II.3")
def test_without_membership_nothing_is_granted(world: World) -> None:
    world.downloads.set_periods("acc-1", [])
    refused(world, REQUEST, MembershipRequired)
    world.downloads.records.clear()
    refused(world, REQUEST, MembershipRequired)


@pytest.mark.clause("U-II.I")
def test_who_waits_for_the_guardian_is_told_so(world: World) -> None:
    world.downloads.records.clear()
    world.accounts.set_status("acc-1", AccountStatus.AWAITING_GUARDIAN, expected=AccountStatus.ACTIVE)
    refused(world, REQUEST, GuardianConsentRequired)


@pytest.mark.clause("M-II.1")
def test_an_enterprise_project_on_premium_is_refused(world: World) -> None:
    enterprise = Use(Project("Spot", ProjectKind.ENTERPRISE))
    assert refused(world, replace(REQUEST, use=enterprise), PlanNotForEnterprise).extra["needed_plan"] == "business"


@pytest.mark.clause("M-A.rights")
def test_a_prohibited_purpose_is_refused_and_a_permitted_one_binds(world: World) -> None:
    spot = Use(purpose=Purpose.ADS_PROMOS)
    assert refused(world, replace(REQUEST, use=spot), PurposeNotPermitted).extra["permitted_by"] == ["business"]
    venue = Use(purpose=Purpose.OFFLINE_VENUE)
    assert refused(world, replace(REQUEST, use=venue), PurposeNotPermitted).extra["permitted_by"] == []
    video = Use(Project("My holiday", ProjectKind.PERSONAL), Purpose.SOCIAL_MEDIA, "YouTube")
    assert world.grant(replace(REQUEST, use=video)).grant.use == video


def test_what_is_not_there_is_named(world: World) -> None:
    refused(world, replace(REQUEST, track_id="trk-9"), TrackNotFound)
    refused(world, replace(REQUEST, rendition="flac"), RenditionNotFound)
    refused(world, replace(REQUEST, rendition="preview"), RenditionNotFound)


@pytest.mark.parametrize(
    ("artist", "title", "expected"),
    [
        ("Artist", "Title", "Artist - Title.wav"),
        ("", "Rain", "Rain.wav"),
        ("AC/DC", 'a:b*c?"<>|', "AC DC - a b c.wav"),
        ("王小明", "夜曲", "王小明 - 夜曲.wav"),
        ("", "..", "track.wav"),
    ],
)
def test_file_names_suit_every_file_system(artist: str, title: str, expected: str) -> None:
    assert file_name_for(artist, title, "wav") == expected
