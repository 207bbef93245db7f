"""Anti-fraud: which accounts are restricted and which are not, with the published figures; and idempotent reactions."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.catalogue.use_cases.count_uses import CountUses
from allmytracks.enforcement.published import check_fraud_rules, published_fraud_rules
from allmytracks.enforcement.rules_cases import CaseStatus
from allmytracks.enforcement.rules_fraud import Suspicion
from allmytracks.enforcement.rules_sightings import (
    Judgement,
    Sighting,
    Watched,
    judge,
    network_of,
    sighting,
)
from allmytracks.enforcement.use_cases.watch_downloads import Seen, WatchDownloads
from allmytracks.foundation.errors import InvalidFields, Unavailable
from allmytracks.foundation.events import Event
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.settings import Settings
from allmytracks.payments.events import AccountRestricted
from allmytracks.publishing.ports import Publication
from functions.on_download_granted.handler import handle
from tests.factories.catalogue import NOW, later
from tests.factories.enforcement import (
    HOME,
    LAPTOP,
    OFFICE,
    PHONE,
    SCRIPT,
    by_hand,
    mobile_addresses,
    publication,
    rules,
    seen,
)
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.enforcement import MemoryCases, MemoryStandings, MemoryWatchRecords
from tests.fakes.foundation import FixedClock, MemoryEvents
from tests.fakes.publishing import MemoryPublications
from tests.fakes.uses import MemoryUses
from tests.fakes.wiring import put

EVENTS = Path(__file__).parents[2] / "events"
ACCOUNT = "acc-1"


class World:
    """Anti-fraud on memory."""

    def __init__(self) -> None:
        self.records, self.cases, self.events = MemoryWatchRecords(), MemoryCases(), MemoryEvents()
        self.standings = MemoryStandings(MemoryAccounts())
        self.publications = MemoryPublications([publication()])
        self.clock = FixedClock(NOW)

    def watch(self) -> WatchDownloads:
        return WatchDownloads(self.records, self.standings, self.cases, self.events, self.publications, self.clock)

    @property
    def restricted(self) -> str | None:
        found = self.standings.restriction(ACCOUNT)
        return found.reason if found else None

    @property
    def kinds(self) -> set[str]:
        return {case.kind for case in self.cases.page(CaseStatus.OPEN, limit=100, cursor=None).items}


@pytest.fixture
def world() -> World:
    return World()


def allowed(world: World, asked: Sequence[Seen]) -> int:
    """Requests one after another, decided by the grant's own write: how many are neither slowed down nor restricted."""
    burst, windows, granted = rules().burst, dict[int, int](), 0
    for each in asked:
        window = int(each.at.timestamp()) // (burst.minutes * 60)
        restriction = world.standings.restriction(ACCOUNT)
        if (restriction and restriction.until > each.at) or windows.get(window, 0) >= burst.downloads:
            continue
        windows[window] = windows.get(window, 0) + 1
        world.watch()(ACCOUNT, [each])
        granted += 1
    return granted


@pytest.mark.clause("M-III.5.fraud")
@pytest.mark.parametrize("seed", range(20))
def test_thirty_in_an_hour_at_a_persons_pace_are_not_restricted(world: World, seed: int) -> None:
    asked = seen(by_hand(seed, 30, 3600), [HOME], [LAPTOP])
    assert allowed(world, asked) == 30
    assert world.restricted is None
    assert world.kinds == set()


@pytest.mark.parametrize("seed", range(5))
def test_a_tool_used_at_a_persons_pace_is_not_restricted(world: World, seed: int) -> None:
    """A tool's name alone does not lead to a restriction: its pace must fit too."""
    assert allowed(world, seen(by_hand(seed, 30, 3600), [HOME], [SCRIPT])) == 30
    assert world.restricted is None


@pytest.mark.clause("M-III.5.fraud")
@pytest.mark.parametrize("seed", range(20))
def test_a_phone_under_way_and_a_laptop_at_home_are_not_restricted(world: World, seed: int) -> None:
    """A day's fifty of a Business account, on the way (four networks), in the office and at home."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    phone = mobile_addresses(seed, networks=4)
    asked = []
    for each in seen(by_hand(seed, 50, 12 * 3600), [HOME], [LAPTOP]):
        place = chance.choice(("home", "office", "way"))
        ip = {"home": HOME, "office": OFFICE, "way": next(phone)}[place]
        asked.append(replace(each, source_ip=ip, user_agent=PHONE if place == "way" else LAPTOP))
    assert allowed(world, asked) == 50
    assert world.restricted is None
    assert world.kinds == set()


@pytest.mark.parametrize("seed", range(10))
def test_a_prepared_list_clicked_through_is_slowed_down_at_most(world: World, seed: int) -> None:
    """Thirty chosen before, one every ten seconds: some wait for the next window, none leads to a restriction."""
    allowed(world, seen(by_hand(seed, 30, 300), [HOME], [LAPTOP]))
    assert world.restricted is None


@pytest.mark.clause("M-III.5.fraud")
@pytest.mark.parametrize("agent", [SCRIPT, LAPTOP])
def test_thirty_in_twenty_seconds_are_slowed_and_restricted(world: World, agent: str) -> None:
    instants = [NOW + timedelta(seconds=20 / 30 * n) for n in range(30)]
    granted = allowed(world, seen(instants, [HOME], [agent]))
    assert granted < 20
    assert world.restricted == ("scripted_client" if agent == SCRIPT else "even_intervals")
    assert "downloads_too_fast" in world.kinds


def test_without_a_watch_the_same_thirty_are_slowed_down_after_the_burst(world: World) -> None:
    """The grant's own write slows them down before any stream is read."""
    asked = seen([NOW + timedelta(seconds=20 / 30 * n) for n in range(30)], [HOME], [SCRIPT])
    world.publications.published.clear()
    assert allowed(world, asked) == rules().burst.downloads


@pytest.mark.clause("M-III.5.fraud")
def test_an_account_that_twelve_networks_share_is_restricted_and_has_a_case(world: World) -> None:
    ips = [f"203.0.{n}.9" for n in range(12)]
    agents = [f"{LAPTOP} {n}" for n in range(5)]
    asked = seen(by_hand(1, 30, 3600), ips, agents)
    assert allowed(world, asked) == 12
    assert world.restricted == "many_networks"
    case = next(iter(world.cases.page(CaseStatus.OPEN, limit=9, cursor=None).items))
    assert (case.kind, case.account_id) == ("many_networks", ACCOUNT)
    restriction = world.standings.restriction(ACCOUNT)
    assert restriction is not None
    assert case.evidence == {
        "seen": 12,
        "limit": 12,
        "minutes": 1440,
        "restricted_until": rfc3339(restriction.until),
    }
    assert restriction.until == (asked[11].at + timedelta(minutes=60)).replace(microsecond=0)
    told = AccountRestricted(ACCOUNT, "many_networks", rfc3339(asked[11].at), rfc3339(restriction.until))
    assert world.events.published == [told]


def test_eight_networks_open_a_case_without_a_restriction(world: World) -> None:
    watch = world.watch()
    asked = seen(by_hand(2, 9, 8 * 3600), [f"203.0.{n}.9" for n in range(9)], [LAPTOP])
    watch(ACCOUNT, asked[:7])
    assert world.kinds == set()
    watch(ACCOUNT, asked[7:])
    assert world.kinds == {"many_networks"}
    assert world.restricted is None
    assert world.events.published == []


def test_many_devices_and_many_links_restrict(world: World) -> None:
    devices = seen(by_hand(3, 10, 5 * 3600), [HOME], [f"{LAPTOP} {n}" for n in range(10)])
    world.watch()(ACCOUNT, devices)
    assert world.restricted == "many_devices"
    other = World()
    other.watch()(ACCOUNT, seen(by_hand(4, 60, 3000), [HOME], [LAPTOP], links=True))
    assert other.restricted == "many_links"


def test_a_slow_but_even_script_in_a_browsers_clothes_is_found(world: World) -> None:
    instants = [NOW + timedelta(seconds=45 * n, milliseconds=n * 700 % 2000) for n in range(20)]
    allowed(world, seen(instants, [HOME], [LAPTOP]))
    assert world.restricted == "even_intervals"


def test_a_restriction_starts_the_count_anew(world: World) -> None:
    """When it is over, or lifted, the next download does not restrict again for what was judged already."""
    ips = [f"203.0.{n}.9" for n in range(12)]
    first = seen(by_hand(5, 12, 3600), ips, [LAPTOP])
    world.watch()(ACCOUNT, first)
    assert world.restricted == "many_networks"
    world.standings.lift(ACCOUNT, first[-1].at + timedelta(minutes=5))
    world.watch()(ACCOUNT, seen([first[-1].at + timedelta(minutes=9)], ["203.0.77.9"], [LAPTOP]))
    assert world.restricted is None


class DyingRecords(MemoryWatchRecords):
    """The process ends instead of the first `deaths` writes."""

    deaths = 0

    def put(self, account_id: str, watched: Watched, now: datetime) -> bool:
        if self.deaths:
            self.deaths -= 1
            raise Unavailable
        return super().put(account_id, watched, now)


def notices(events: Sequence[Event]) -> set[Event]:
    """A member's notices: each event is claimed once."""
    return set(events)


@pytest.mark.clause("M-III.5.fraud")
def test_a_redelivered_batch_changes_nothing(world: World) -> None:
    asked = seen([NOW + timedelta(seconds=n / 2) for n in range(18)], [HOME], [SCRIPT])
    watch = world.watch()
    watch(ACCOUNT, asked)
    state = (world.records.stored.copy(), world.cases.stored.copy(), list(world.events.published))
    for again in (asked, asked[5:9], list(reversed(asked))):
        assert watch(ACCOUNT, again) == ()
    assert (world.records.stored, world.cases.stored, world.events.published) == state


def test_a_crash_before_the_sightings_are_stored_is_retried_without_a_second_effect(world: World) -> None:
    whole = World()
    asked = seen([NOW + timedelta(seconds=n / 2) for n in range(18)], [HOME], [SCRIPT])
    whole.watch()(ACCOUNT, asked)
    dying = DyingRecords()
    dying.deaths = 2
    world.records = dying
    for batch in (asked[:16], asked[:16], asked):
        try:
            world.watch()(ACCOUNT, batch)
        except Unavailable:
            continue
    assert world.standings.restrictions == whole.standings.restrictions
    assert world.cases.stored == whole.cases.stored
    assert notices(world.events.published) == notices(whole.events.published)


SIGHTINGS = st.lists(
    st.tuples(st.integers(0, 4000), st.integers(0, 14), st.integers(0, 11), st.booleans(), st.booleans()),
    min_size=1,
    max_size=60,
    unique_by=lambda each: each[0],
)


@given(SIGHTINGS, st.data())
def test_batches_make_no_difference(made: list[tuple[int, int, int, bool, bool]], data: st.DataObject) -> None:
    """However the stream is cut, and whatever comes twice: the same is remembered and the same was restricted."""
    figures = rules()
    sightings = [
        sighting(str(at), later(0) + timedelta(seconds=at), f"10.{net}.0.1", f"{device}", (), is_link=link)
        for at, net, device, link, _ in sorted(made)
    ]
    together = judge(Watched(), sightings, figures)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sightings)), max_size=4)))
    apart = Watched()
    restricted = set()
    for start, end in itertools.pairwise([0, *cuts, len(sightings)]):
        step: Judgement = judge(apart, sightings[max(0, start - 2) : end], figures)
        apart = step.watched
        restricted |= {finding.suspicion for finding in step.findings if finding.restricts}
    assert apart == together.watched
    assert restricted == {finding.suspicion for finding in together.findings if finding.restricts}


def test_what_restricts_a_second_time_in_one_batch_counts_anew_as_well() -> None:
    figures = rules()
    sightings = [
        sighting(str(n), later(0) + timedelta(minutes=n), f"10.{n % 15}.0.1", "phone", (), is_link=False)
        for n in range(60)
    ]
    apart = judge(judge(Watched(), sightings[:30], figures).watched, sightings[30:], figures)
    assert judge(Watched(), sightings, figures).watched == apart.watched


def test_addresses_become_networks() -> None:
    assert network_of("203.0.113.77") == "203.0.113.0/24"
    assert network_of("2001:db8:5:77::1") == "2001:db8:5::/48"
    assert network_of("") is None
    nameless = sighting("x", NOW, "", " ", ("curl/",), is_link=False)
    assert nameless == Sighting(nameless.id, NOW, is_link=False, network=None, device=None, by_tool=False)
    assert sighting("x", NOW, "", "CURL/8.1", ("curl/",), is_link=False).by_tool


def test_rules_hold_from_their_time_on_and_none_watch_nothing(world: World) -> None:
    newer = Publication("fraud-rules", "2", later(60), {**publication().body, "restriction_minutes": 5})
    publications = MemoryPublications([publication(), newer])
    found = [published_fraud_rules(publications, at) for at in (NOW, later(60))]
    assert [each.restriction_minutes if each else None for each in found] == [60, 5]
    world.publications.published.clear()
    assert world.watch()(ACCOUNT, seen([NOW] * 40, [HOME], [SCRIPT])) == ()
    assert world.records.stored == {}


def test_rules_that_leave_a_watch_out_are_refused() -> None:
    body: dict[str, Any] = dict(publication().body)
    watches = {name: watch for name, watch in body["watches"].items() if name != Suspicion.MANY_LINKS}
    for wrong in ({**body, "watches": watches}, {**body, "restriction_minutes": 0}, {**body, "more": 1}):
        with pytest.raises(InvalidFields):
            check_fraud_rules(Publication("fraud-rules", "2", NOW, wrong))


@pytest.fixture
def installed(world: World) -> Iterator[World]:
    services = wiring.Services(Settings({"ANTI_FRAUD": "on"}))
    put(
        services,
        {
            "catalogue.count_uses": CountUses(MemoryUses(MemoryTracks()), FixedClock(NOW)),
            "enforcement.watch_records": world.records,
            "enforcement.standings": world.standings,
            "enforcement.cases": world.cases,
            "foundation.events": world.events,
            "publishing.publications": world.publications,
            "foundation.clock": world.clock,
        },
    )
    wiring.install(services)
    yield world
    wiring.install(None)


def sample() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / "on_download_granted" / "downloads-and-link.json").read_text())
    return found


def test_the_function_takes_the_streams_records(installed: World) -> None:
    assert handle(sample(), None) == {"batchItemFailures": []}
    remembered = installed.records.get("account_0001")
    assert [(each.is_link, each.network, each.by_tool) for each in remembered.sightings] == [
        (False, "203.0.113.0/24", False),
        (True, "203.0.113.0/24", False),
    ]
    assert len(installed.records.get("account_0002").sightings) == 1


def test_the_function_reports_only_failed_records(installed: World) -> None:
    dying = wiring.services().enforcement.watch_records = DyingRecords()
    dying.deaths = 1
    event = sample()
    first = event["Records"][0]["dynamodb"]["SequenceNumber"]
    assert handle(event, None) == {"batchItemFailures": [{"itemIdentifier": first}]}
    assert dying.stored.keys() == {"account_0002"}
    assert handle(event, None) == {"batchItemFailures": []}
    assert dying.stored.keys() == {"account_0001", "account_0002"}


def test_switched_off_it_watches_nothing(installed: World) -> None:
    services, counted = wiring.Services(Settings({"ANTI_FRAUD": "off"})), MemoryUses(MemoryTracks())
    put(services, {"catalogue.count_uses": CountUses(counted, FixedClock(NOW))})
    wiring.install(services)
    assert handle(sample(), None) == {"batchItemFailures": []}
    assert installed.records.stored == {}
    assert counted.counted == {"track_0001": 2}
