"""License batches: many downloads of one project in one request, each counted and each with its own letter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_states import Restriction
from allmytracks.catalogue.rules import Origin
from allmytracks.downloads.known_counts import ProcessCounts
from allmytracks.downloads.use_cases.grant_download import GrantDownload
from allmytracks.downloads.use_cases.record_link import LinkRequest
from allmytracks.enforcement.published import published_fraud_rules
from allmytracks.enforcement.rules_sightings import Watched, judge, sighting
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.licenses.use_cases.issue_license import IssuedLicense, LicenseApplication
from allmytracks.wiring import Services, install
from functions.request_project_pack.handler import handle as of_projects
from functions.work_license_batches.handler import handle as work_license_batches
from tests.factories.enforcement import publication as fraud_rules_publication
from tests.factories.gateway import call, read
from tests.factories.licenses import LicenseWorld
from tests.factories.tracks import track
from tests.fakes.batches import MemoryBatchQueue, MemoryLicenseBatches
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.wiring import put

ROUTE, ONE = "POST /v1/license-batches", "GET /v1/license-batches/{id}"
SAMPLE = json.loads((Path(__file__).parents[2] / "events/work_license_batches/batch-requested.json").read_text())
VISIBILITY = timedelta(minutes=12)  # until a message that failed comes again
WISH: dict[str, Any] = {
    "rendition": "wav",
    "project": {"name": "Holiday film", "kind": "personal"},
    "purpose": "social_media",
    "platform": "youtube",
    "licensee": {"name": "Ada Lovelace", "kind": "individual"},
}


@dataclass
class Desk:
    """A member, a catalogue, and the worker of batches."""

    world: LicenseWorld = field(default_factory=LicenseWorld)
    batches: MemoryLicenseBatches = field(default_factory=MemoryLicenseBatches)
    queue: MemoryBatchQueue = field(default_factory=MemoryBatchQueue)
    links: list[LinkRequest] = field(default_factory=list)
    failing: bool = False
    during: Callable[[], object] | None = None  # what happens while a letter is made, once

    def ask(self, tracks: list[str], key: str = "b-1", account_id: str = "acc-1", **other: Any) -> tuple[int, Any]:
        body = json.dumps({**WISH, "tracks": tracks, **other})
        return read(call(of_projects, ROUTE, account_id, body=body, headers={"idempotency-key": key}))

    def look(self, batch_id: str, account_id: str = "acc-1") -> tuple[int, Any]:
        return read(call(of_projects, ONE, account_id, pathParameters={"id": batch_id}))

    def deliver(self, *, received: int = 1) -> int:
        """Delivers the messages that wait, at their time; returns the number of failures, which wait again."""
        waiting, self.queue.waiting = self.queue.waiting, []
        return self.work(*waiting, received=received)

    def work(self, *messages: tuple[str, str, timedelta], received: int = 1) -> int:
        """Delivers these messages."""
        failed = 0
        for account_id, batch_id, delay in messages:
            self.world.clock.advance(seconds=delay.total_seconds())
            record = {
                **SAMPLE["Records"][0],
                "body": json.dumps({"account_id": account_id, "batch_id": batch_id}),
                "attributes": {**SAMPLE["Records"][0]["attributes"], "ApproximateReceiveCount": str(received)},
            }
            if work_license_batches({"Records": [record]}, None)["batchItemFailures"]:
                failed += 1
                self.queue.waiting.append((account_id, batch_id, VISIBILITY))
        return failed

    def finish(self) -> None:
        """Delivers until nothing waits."""
        while self.queue.waiting:
            assert self.deliver() == 0

    def granted(self, account_id: str = "acc-1") -> list[str]:
        return [each.track_id for each in self.world.downloads.records[account_id].grants.values()]

    def issue(self, application: LicenseApplication) -> IssuedLicense:
        """As the use case; where the test says so, its answer is lost after it took effect."""
        if self.during is not None:
            meanwhile, self.during = self.during, None
            meanwhile()
        issued = self.world.issue(application)
        if self.failing:
            raise Unavailable
        return issued


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    world, services = made.world, Services(Settings({"ANTI_FRAUD": "on"}))
    world.publications.publish(fraud_rules_publication())
    for n in range(60):
        name = f"trk-{n}"
        world.tracks.add(track(name), Origin(import_id="imp-1", path=f"{name}.wav", checksums=(name,)))
    grant = GrantDownload(
        allowances=world.downloads,
        known=ProcessCounts(),
        tracks=world.tracks,
        account=world.accounts.get,
        publications=world.publications,
        links=MemoryLinkSigner(),
        record=lambda request, _now: made.links.append(request),
        clock=world.clock,
        zone=ZoneInfo("Asia/Hong_Kong"),
    )
    put(
        services,
        {
            "foundation.clock": world.clock,
            "publishing.publications": world.publications,
            "downloads.grant": grant,
            "accounts.repository": world.accounts,
            "enforcement.standings": world.standings,
            "licenses.issue": made.issue,
            "licenses.batches.repository": made.batches,
            "licenses.batches.queue": made.queue,
        },
    )
    install(services)
    yield made
    install(None)


@pytest.mark.clause("M-III.8.default")
def test_each_track_is_downloaded_and_has_a_letter_of_its_own(desk: Desk) -> None:
    status, asked = desk.ask(["trk-1", "trk-2", "trk-3"])
    assert (status, asked["status"], asked["licensed"], asked["platform"]) == (202, "pending", 0, "YouTube")
    assert [item["status"] for item in asked["items"]] == ["pending"] * 3
    desk.finish()
    done = desk.look(asked["batch_id"])[1]
    assert (done["status"], done["licensed"], done["refused"]) == ("done", 3, 0)
    assert sorted(desk.granted()) == ["trk-1", "trk-2", "trk-3"]
    letters = [desk.world.licenses.get("acc-1", item["number"]).license for item in done["items"]]
    assert [letter.work.track_id for letter in letters] == ["trk-1", "trk-2", "trk-3"]
    assert {letter.project.name for letter in letters} == {"Holiday film"}
    assert [letter.download_id for letter in letters] == [item["download_id"] for item in done["items"]]
    record = desk.world.downloads.records["acc-1"]
    assert sum(record.counts.values()) == 3
    assert {grant.source_ip for grant in record.grants.values()} == {"192.0.2.7"}


@pytest.mark.clause("M-A.quota")
def test_a_repeated_request_and_a_repeated_message_count_nothing_more(desk: Desk) -> None:
    _, asked = desk.ask(["trk-1", "trk-2"])
    assert desk.ask(["trk-1", "trk-2"]) == (200, asked)
    assert desk.ask(["trk-1", "trk-3"])[1]["code"] == "idempotency_key_reused"
    assert len(desk.queue.waiting) == 2
    desk.finish()
    done = desk.look(asked["batch_id"])[1]
    assert desk.ask(["trk-1", "trk-2"]) == (200, done)
    assert desk.queue.waiting == []
    assert sum(desk.world.downloads.records["acc-1"].counts.values()) == 2
    assert len({item["number"] for item in done["items"]}) == 2


def test_what_one_track_is_refused_for_is_said_of_that_track(desk: Desk) -> None:
    desk.world.tracks.stored["trk-2"] = replace(desk.world.tracks.stored["trk-2"], withdrawn_at=desk.world.clock.now())
    _, before = desk.ask(["trk-4"], "b-0")
    desk.finish()
    number = desk.look(before["batch_id"])[1]["items"][0]["number"]
    _, asked = desk.ask(["trk-1", "trk-2", "nothing", "trk-4"])
    desk.finish()
    done = desk.look(asked["batch_id"])[1]
    assert (done["status"], done["licensed"], done["refused"]) == ("done", 1, 3)
    assert [item["code"] for item in done["items"]] == [
        None,
        "track_not_found",
        "track_not_found",
        "download_already_licensed",
    ]
    assert done["items"][3]["number"] == number
    assert done["items"][3]["download_id"] is not None
    assert all(item["detail"] for item in done["items"][1:])
    assert desk.links == []  # a download of before gets no link that nobody sees


@pytest.mark.clause("M-A.quota")
def test_a_batch_ends_where_the_days_allowance_ends(desk: Desk) -> None:
    tracks = [f"trk-{n}" for n in range(40)]
    _, asked = desk.ask(tracks)
    desk.finish()
    done = desk.look(asked["batch_id"])[1]
    codes = [item["code"] for item in done["items"]]
    assert codes == [None] * 30 + ["allowance_exhausted"] * 10
    assert sum(desk.world.downloads.records["acc-1"].counts.values()) == 30
    again = desk.ask(tracks[30:], "b-2")[1]
    desk.world.clock.advance(days=1)
    desk.finish()
    assert desk.look(again["batch_id"])[1]["licensed"] == 10


@pytest.mark.clause("M-III.5.fraud")
def test_a_batch_is_never_so_fast_that_its_member_is_suspected(desk: Desk) -> None:
    _, asked = desk.ask([f"trk-{n}" for n in range(30)])
    desk.deliver()
    slow = desk.look(asked["batch_id"])[1]
    assert (slow["status"], slow["licensed"]) == ("pending", 10)
    assert slow["continues_at"] is not None
    desk.finish()
    done = desk.look(asked["batch_id"])[1]
    assert (done["licensed"], done["continues_at"]) == (30, None)
    rules = published_fraud_rules(desk.world.publications, desk.world.clock.now())
    assert rules is not None
    grants = desk.world.downloads.records["acc-1"].grants.values()
    seen = [
        sighting(each.download_id, each.granted_at, each.source_ip, each.user_agent, rules.tools, is_link=False)
        for each in grants
    ]
    assert judge(Watched(), seen, rules).findings == ()


def test_a_message_before_its_time_waits_and_does_not_end_the_batch(desk: Desk) -> None:
    _, asked = desk.ask([f"trk-{n}" for n in range(12)])
    desk.deliver()
    (account_id, batch_id, pause), desk.queue.waiting = desk.queue.waiting[0], []
    desk.queue.send(account_id, batch_id, timedelta())
    desk.deliver()
    assert desk.look(asked["batch_id"])[1]["licensed"] == 10
    assert desk.queue.waiting == [(account_id, batch_id, pause)]
    desk.finish()
    assert desk.look(asked["batch_id"])[1]["status"] == "done"


def test_two_messages_at_once_are_one_pass(desk: Desk) -> None:
    """A repeated request sends a second message while the first is worked on."""
    _, asked = desk.ask([f"trk-{n}" for n in range(30)])
    repeated = [*desk.queue.waiting]
    desk.during = lambda: desk.work(*repeated)
    desk.deliver()
    assert desk.look(asked["batch_id"])[1]["licensed"] == 10
    assert len(desk.queue.waiting) == 1
    desk.finish()
    assert desk.look(asked["batch_id"])[1]["licensed"] == 30


def test_a_lost_answer_of_a_letter_makes_no_second_one(desk: Desk) -> None:
    _, asked = desk.ask(["trk-1", "trk-2"])
    desk.failing = True
    assert desk.deliver() == 1
    desk.failing = False
    assert desk.deliver() == 0
    done = desk.look(asked["batch_id"])[1]
    assert (done["licensed"], done["refused"]) == (2, 0)
    assert len(desk.world.licenses.page("acc-1", limit=50, cursor=None).items) == 2


def test_a_batch_that_fails_too_often_ends_and_says_so(desk: Desk) -> None:
    _, asked = desk.ask(["trk-1", "trk-2"])
    desk.failing = True
    for received in (1, 2, 3, 4):
        assert desk.deliver(received=received) == 1
    done = desk.look(asked["batch_id"])[1]
    assert done["status"] == "done"
    assert {item["code"] for item in done["items"]} == {"temporarily_unavailable"}
    desk.failing, desk.queue.waiting = False, []
    anew = desk.ask(["trk-1", "trk-2"], "b-2")[1]
    desk.finish()
    assert sum(desk.world.downloads.records["acc-1"].counts.values()) == 2
    # The first letter was made, and its answer lost each time.
    items = desk.look(anew["batch_id"])[1]["items"]
    assert all(item["number"] for item in items)


def test_what_concerns_all_tracks_is_refused_at_once(desk: Desk) -> None:
    def fields(**wish: Any) -> set[str]:
        status, answer = desk.ask(**{"tracks": ["trk-1"], **wish})
        assert (status, answer["code"]) == (422, "invalid_fields")
        return {each["field"] for each in answer["errors"]}

    assert fields(tracks=[]) == {"tracks"}
    assert fields(tracks=["trk-1", "trk-1"]) == {"tracks"}
    assert fields(tracks=[f"t{n}" for n in range(101)]) == {"tracks"}
    assert fields(tracks=["trk-1", "trk-1"], purpose="nothing", platform="nowhere") == {
        "tracks",
        "purpose",
        "platform",
    }
    assert fields(platform=None) == {"platform"}
    assert fields(project={"name": " ", "kind": "personal"}) == {"project.name"}
    assert fields(licensee={"name": " ", "kind": "individual"}) == {"licensee.name"}
    assert desk.ask(["trk-1"], rendition="preview")[1]["code"] == "rendition_not_found"
    assert desk.queue.waiting == []
    assert desk.batches.stored == {}


def test_who_may_not_license_gets_no_batch(desk: Desk) -> None:
    until = desk.world.clock.now() + timedelta(hours=1)
    desk.world.standings.restrict("acc-2", Restriction("downloads_too_fast", until))
    assert desk.ask(["trk-1"], account_id="acc-2")[1]["code"] == "account_restricted"
    known = desk.world.accounts.get("acc-1")
    desk.world.accounts.stored["acc-1"] = replace(known, status=AccountStatus.FROZEN)
    assert desk.ask(["trk-1"])[1]["code"] == "account_frozen"
    assert desk.queue.waiting == []


def test_a_member_sees_own_batches_alone(desk: Desk) -> None:
    asked = desk.ask(["trk-1"])[1]
    assert desk.look(asked["batch_id"], "acc-2")[1]["code"] == "license_batch_not_found"
    assert read(call(of_projects, ONE, None, pathParameters={"id": asked["batch_id"]}))[0] == 401
