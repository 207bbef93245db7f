"""The use case of a download, on memory adapters."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountFrozen, AccountStatus, GuardianConsentRequired
from allmytracks.accounts.rules_states import AccountRestricted
from allmytracks.catalogue.rules import Origin, RenditionNotFound, TrackNotFound
from allmytracks.downloads.known_counts import ProcessCounts
from allmytracks.downloads.rules import (
    Project,
    Use,
    UseRequired,
    download_id_for,
    file_name_for,
)
from allmytracks.downloads.rules_allowance import (
    AllowanceExhausted,
    DownloadingTooFast,
    MembershipRequired,
    PlanNotForEnterprise,
    PurposeNotPermitted,
)
from allmytracks.downloads.rules_links import DownloadRevoked
from allmytracks.downloads.schemas import DownloadForm, ProjectForm
from allmytracks.downloads.use_cases.get_allowance import GetAllowance
from allmytracks.downloads.use_cases.grant_download import SLOTS, DownloadRequest, GrantDownload
from allmytracks.downloads.use_cases.record_link import LinkRequest
from allmytracks.foundation.errors import DomainError, IdempotencyKeyReused, InvalidFields
from allmytracks.memberships.rules_rights import ProjectKind
from tests.factories import enforcement
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.factories.memberships import period, plans_publication
from tests.factories.tracks import track
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.downloads import MemoryDownloads
from tests.fakes.foundation import FixedClock
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.publishing import MemoryPublications

ZONE = ZoneInfo("Asia/Hong_Kong")
REQUEST = DownloadRequest("acc-1", "key-1", "trk-1", "wav", Use())
OTHER = DownloadRequest("acc-1", "key-2", "trk-2", "wav", Use())
HOLIDAY = Use(Project("My holiday", ProjectKind.PERSONAL), "social_media", "YouTube")
BIRTHDAY = Use(Project("A birthday", ProjectKind.PERSONAL), "social_media", "YouTube")


@pytest.mark.clause("M-III.6.2", "M-III.8.default")
def test_a_declared_use_is_kept_as_a_letter_can_print_it() -> None:
    """Otherwise a permanently bound use could never be licensed, or would print invisible characters."""
    kind = ProjectKind.PERSONAL
    sent = DownloadForm("trk-1", "wav", ProjectForm(" Cafe\u0301\n\tnoir ", kind), "social_media", " You  Tube")
    assert sent.use() == Use(Project("Caf\u00e9 noir", kind), "social_media", "You Tube")
    for name, platform, fields in (
        ("Film\u202egpj", "\x07", ["project.name", "platform"]),
        (" \t", " ", ["project.name"]),
    ):
        with pytest.raises(InvalidFields) as refused:
            DownloadForm("trk-1", "wav", ProjectForm(name, kind), None, platform).use()
        assert [each.field for each in refused.value.problems] == fields


class World:
    """A member, a track, a membership."""

    def __init__(self) -> None:
        self.downloads, self.accounts, self.clock = MemoryDownloads(), MemoryAccounts(), FixedClock(NOW)
        self.accounts.add(account(), [])
        tracks = MemoryTracks()
        for name in ("trk-1", "trk-2"):
            tracks.add(track(name), Origin(import_id="imp-1", path=f"{name}.wav", checksums=(name,)))
        self.publications = MemoryPublications([plans_publication()])
        self.links_recorded: list[LinkRequest] = []
        self.grant = GrantDownload(
            allowances=self.downloads,
            known=ProcessCounts(),
            tracks=tracks,
            account=self.accounts.get,
            publications=self.publications,
            links=MemoryLinkSigner(),
            record=lambda request, _: self.links_recorded.append(request),
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


@pytest.mark.clause("M-III.6.2")
def test_a_declared_platform_is_one_of_the_list_in_its_one_form(world: World) -> None:
    """So that two spellings are one use, and a list of platforms none."""
    kind = ProjectKind.PERSONAL
    asked = replace(REQUEST, use=Use(Project("My holiday", kind), "social_media", "YOUTUBE"))
    granted = world.grant(asked)
    assert granted.grant.use.platform == "YouTube"
    again = world.grant(replace(asked, idempotency_key="key-9", use=replace(asked.use, platform="youtube")))
    assert (again.replayed, again.grant.download_id, world.used()) == (True, granted.grant.download_id, 1)
    refused(world, replace(asked, use=replace(asked.use, platform="YouTube, TikTok")), InvalidFields)
    other = replace(asked, idempotency_key="key-8", use=replace(asked.use, platform="other"))
    refused(world, other, InvalidFields)
    assert world.grant(replace(other, platform_name="Neocities")).grant.use.platform == "Neocities"


def refused(world: World, request: DownloadRequest, expected: type[DomainError]) -> DomainError:
    before = world.used()
    with pytest.raises(expected) as raised:
        world.grant(request)
    assert world.used() == before, "a refusal costs nothing"
    return raised.value


@pytest.mark.clause("U-III.I.4")
def test_a_grant_counts_and_links_to_the_file(world: World) -> None:
    granted = world.grant(REQUEST)
    assert not granted.replayed
    assert (granted.allowance.used, granted.allowance.remaining) == (1, 1)
    assert granted.link.url.startswith("memory://tracks/trk-1/wav.wav?name=The%20Makers%20-%20Title")
    assert granted.link.expires_at == NOW + timedelta(seconds=300)


def test_a_withdrawn_track_is_not_granted_and_what_was_granted_stays(world: World) -> None:
    held = world.grant(REQUEST)
    world.grant.tracks.withdraw(REQUEST.track_id, NOW)
    with pytest.raises(TrackNotFound):
        world.grant(DownloadRequest("acc-1", "key-2", "trk-1", "wav", Use()))
    assert world.downloads.get(held.grant.account_id, held.grant.download_id).revoked_at is None
    world.grant.tracks.restore(REQUEST.track_id)
    assert world.grant(REQUEST).grant == held.grant


def test_the_same_key_gives_the_same_download_and_costs_nothing(world: World) -> None:
    first = world.grant(REQUEST)
    again = world.grant(REQUEST)
    assert again.replayed
    assert again.grant == first.grant
    assert world.used() == 1


def test_the_same_key_returns_its_download_after_the_day_is_used_up_or_over(world: World) -> None:
    first = world.grant(REQUEST)
    world.grant(OTHER)
    assert world.grant(REQUEST).grant == first.grant
    world.clock.advance(days=1)
    assert world.grant(REQUEST).grant == first.grant
    assert world.used() == 0


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, track_id="trk-2"),
        replace(REQUEST, rendition="mp3"),
        replace(REQUEST, use=Use(purpose="academic")),
    ],
)
def test_the_same_key_for_something_else_is_a_conflict(world: World, other: DownloadRequest) -> None:
    world.grant(REQUEST)
    refused(world, other, IdempotencyKeyReused)


@pytest.mark.clause("M-A.quota")
def test_one_more_than_the_limit_is_refused_until_the_day_ends(world: World) -> None:
    for request in (REQUEST, OTHER):
        world.grant(request)
    third = replace(REQUEST, idempotency_key="key-3", use=HOLIDAY)
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
    assert world.grant(OTHER).allowance.limit == 9


@pytest.mark.clause("M-II.3")
def test_without_membership_nothing_is_granted(world: World) -> None:
    world.downloads.set_periods("acc-1", [])
    refused(world, REQUEST, MembershipRequired)
    world.downloads.records.clear()
    refused(world, REQUEST, MembershipRequired)


@pytest.mark.clause("U-II.I")
def test_an_account_awaiting_its_guardian_is_refused_with_that_code(world: World) -> None:
    world.downloads.records.clear()
    world.accounts.becomes("acc-1", AccountStatus.AWAITING_GUARDIAN)
    refused(world, REQUEST, GuardianConsentRequired)


@pytest.mark.clause("M-II.1")
def test_an_enterprise_project_on_premium_is_refused(world: World) -> None:
    enterprise = Use(Project("Spot", ProjectKind.ENTERPRISE))
    assert refused(world, replace(REQUEST, use=enterprise), PlanNotForEnterprise).extra["needed_plan"] == "business"


@pytest.mark.clause("M-A.rights")
def test_a_prohibited_purpose_is_refused_and_a_permitted_one_binds(world: World) -> None:
    spot = Use(purpose="ads_promos")
    assert refused(world, replace(REQUEST, use=spot), PurposeNotPermitted).extra["permitted_by"] == ["business"]
    venue = Use(purpose="offline_venue")
    assert refused(world, replace(REQUEST, use=venue), PurposeNotPermitted).extra["permitted_by"] == []
    video = Use(Project("My holiday", ProjectKind.PERSONAL), "social_media", "YouTube")
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
        ("", "../../etc/passwd", "etc passwd.wav"),
        ("", "con", "_con.wav"),
        ("", "LPT1.tar", "_LPT1.tar.wav"),
        ("", "a\r\nb\x00\u202ec", "a b c.wav"),
        ("", "\U0001f3b8" * 120, "\U0001f3b8" * 49 + ".wav"),
        ("", "e" * 195 + "e\u0301", "e" * 195 + ".wav"),
    ],
)
def test_file_names_suit_every_file_system(artist: str, title: str, expected: str) -> None:
    assert file_name_for(artist, title, "wav") == expected


@pytest.mark.clause("M-III.6.2")
def test_asking_again_for_the_same_use_gives_the_same_download_and_costs_nothing(world: World) -> None:
    first = world.grant(replace(REQUEST, use=HOLIDAY))
    world.clock.advance(days=3)
    again = world.grant(replace(REQUEST, idempotency_key="key-9", use=HOLIDAY, source_ip="203.0.113.9"))
    assert again.replayed
    assert again.grant == first.grant
    assert again.link.expires_at > first.link.expires_at
    assert world.used() == 0
    assert [(each.download_id, each.source_ip) for each in world.links_recorded] == [
        (first.grant.download_id, "203.0.113.9")
    ]


@pytest.mark.clause("M-III.6.2")
@pytest.mark.clause("M-III.6.3")
def test_a_second_project_is_another_download(world: World) -> None:
    first = world.grant(replace(REQUEST, use=HOLIDAY))
    second = world.grant(replace(OTHER, track_id="trk-1", use=BIRTHDAY))
    assert first.grant.download_id != second.grant.download_id
    assert second.allowance.used == 2


def test_a_retry_after_a_lost_response_counts_no_link(world: World) -> None:
    world.grant(REQUEST)
    world.clock.advance(seconds=299)
    world.grant(REQUEST)
    assert world.links_recorded == []
    world.clock.advance(seconds=1)
    world.grant(REQUEST)
    assert len(world.links_recorded) == 1


@pytest.mark.clause("U-II.IV.9")
@pytest.mark.parametrize(
    "elsewhere", [replace(REQUEST, source_ip="203.0.113.9"), replace(REQUEST, user_agent="Another")]
)
def test_the_answer_that_was_lost_is_a_link_of_its_own_elsewhere(world: World, elsewhere: DownloadRequest) -> None:
    world.grant(REQUEST)
    assert world.grant(elsewhere).replayed
    assert [(each.source_ip, each.user_agent) for each in world.links_recorded] == [
        (elsewhere.source_ip, elsewhere.user_agent)
    ]


def test_the_other_rendition_of_a_granted_download_costs_nothing(world: World) -> None:
    first = world.grant(REQUEST)
    again = world.grant(replace(REQUEST, idempotency_key="key-2", rendition="mp3"))
    assert (again.grant.download_id, again.grant.rendition) == (first.grant.download_id, "mp3")
    assert again.link.url.startswith("memory://tracks/trk-1/mp3.mp3")
    assert world.used() == 1


@pytest.mark.clause("M-III.8.default")
def test_what_a_licence_bound_is_found_by_its_use_and_frees_the_undeclared(world: World) -> None:
    first = world.grant(REQUEST).grant
    world.downloads.bind_use("acc-1", first.download_id, HOLIDAY, "AMT-1")
    declared = world.grant(replace(REQUEST, idempotency_key="key-3", use=HOLIDAY))
    assert (declared.grant.download_id, declared.replayed) == (first.download_id, True)
    retried = world.grant(REQUEST)
    assert (retried.grant.download_id, retried.replayed) == (first.download_id, True)
    undeclared = world.grant(replace(REQUEST, idempotency_key="key-4"))
    assert undeclared.grant.download_id == download_id_for("acc-1", "trk-1", Use(), slot=1)
    assert world.used() == 2
    assert world.grant(replace(REQUEST, idempotency_key="key-4")).grant.download_id == undeclared.grant.download_id
    refused(world, replace(REQUEST, use=HOLIDAY), IdempotencyKeyReused)


def test_after_many_undeclared_downloads_of_a_track_the_next_is_declared(world: World) -> None:
    world.downloads.set_periods("acc-1", [period(limit=SLOTS + 1)])
    for n in range(SLOTS):
        granted = world.grant(replace(REQUEST, idempotency_key=f"key-{n}")).grant
        use = replace(HOLIDAY, project=Project(f"Video {n}", ProjectKind.PERSONAL))
        world.downloads.bind_use("acc-1", granted.download_id, use, f"AMT-{n}")
    refused(world, replace(REQUEST, idempotency_key="one more"), UseRequired)


def test_the_key_of_another_download_does_not_open_one_that_exists(world: World) -> None:
    world.grant(REQUEST)
    world.grant(OTHER)
    refused(world, replace(OTHER, idempotency_key="key-1"), IdempotencyKeyReused)


@pytest.mark.clause("M-III.5.fraud")
def test_a_burst_is_slowed_down_with_retry_after(world: World) -> None:
    world.publications.publish(enforcement.publication())
    burst = enforcement.rules().burst
    world.downloads.set_periods("acc-1", [period(limit=50)])
    for n in range(burst.downloads):
        world.grant(replace(REQUEST, idempotency_key=f"key-{n}", use=_for_project(n)))
        world.clock.advance(seconds=1)
    one_more = replace(REQUEST, idempotency_key="one more", use=_for_project(99))
    error = refused(world, one_more, DownloadingTooFast)
    assert isinstance(error, DownloadingTooFast)
    assert error.until == NOW + timedelta(minutes=burst.minutes)
    world.clock.at = error.until
    assert world.grant(one_more).allowance.used == burst.downloads + 1


@pytest.mark.clause("M-III.5.fraud")
def test_thirty_in_an_hour_at_a_persons_pace_are_not_slowed_down(world: World) -> None:
    world.publications.publish(enforcement.publication())
    world.downloads.set_periods("acc-1", [period(limit=30)])
    for n, instant in enumerate(enforcement.by_hand(7, 30, 3600)):
        world.clock.at = instant
        assert not world.grant(replace(REQUEST, idempotency_key=f"key-{n}", use=_for_project(n))).replayed


@pytest.mark.clause("M-III.5.fraud")
def test_a_restriction_is_refused_with_its_reason_and_end(world: World) -> None:
    until = NOW + timedelta(minutes=5)
    first = world.grant(REQUEST)
    record = world.downloads.records["acc-1"]
    record.restricted_until, record.restriction = until, "many_networks"
    assert refused(world, OTHER, AccountRestricted).extra == {"until": until, "reason": "many_networks"}
    assert world.grant(REQUEST).grant == first.grant, "the answer that was lost still comes"
    refused(world, replace(REQUEST, idempotency_key="key-2"), AccountRestricted)


@pytest.mark.clause("M-V.2")
def test_frozen_accounts_and_revoked_downloads_get_no_link_by_asking_again(world: World) -> None:
    granted = world.grant(REQUEST).grant
    record = world.downloads.records["acc-1"]
    record.revoked[granted.download_id] = NOW
    refused(world, REQUEST, DownloadRevoked)
    record.revoked.clear()
    record.standing = "banned"
    refused(world, REQUEST, AccountFrozen)


def _for_project(n: int) -> Use:
    return replace(HOLIDAY, project=Project(f"Video {n}", ProjectKind.PERSONAL))
