"""A project's pack: requested, made once, and available until it expires."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from msgspec.structs import replace

from allmytracks.downloads.rules import Project, Use
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.settings import Settings
from allmytracks.licenses.packs.rules import LIFETIME, PackStatus, pack_id_for
from allmytracks.licenses.packs.rules_cue_sheets import cue_sheet
from allmytracks.licenses.packs.use_cases.make_project_pack import MakeProjectPack
from allmytracks.licenses.packs.use_cases.request_project_pack import RequestProjectPack
from allmytracks.licenses.states.rules import LicenseState, Revocation, RevocationReason
from allmytracks.licenses.use_cases.list_licenses import ListLicenses
from allmytracks.memberships.rules_rights import ProjectKind
from allmytracks.payments.events import ProjectPackRequested
from allmytracks.wiring import Services, install, services
from functions.list_licenses.handler import handle as list_licenses
from functions.request_project_pack.handler import handle as request_project_pack
from functions.work_project_packs.handler import handle as work_project_packs
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.factories.licenses import (
    HOLIDAY,
    LicenseWorld,
    application,
    letter_of,
    license_of,
)
from tests.factories.tracks import track
from tests.fakes.catalogue import MemoryTracks
from tests.fakes.links import MemoryLinkSigner
from tests.fakes.packs import MemoryPackFiles, MemoryProjectPacks
from tests.fakes.publishing import MemoryPublications

ROUTE, ONE = "POST /v1/project-packs", "GET /v1/project-packs/{id}"
EVENTS = Path(__file__).parents[2] / "events"


class OneTrack(MemoryTracks):
    """A catalogue that has trk-1 alone."""

    def __init__(self) -> None:
        super().__init__()
        self.stored["trk-1"] = replace(track("trk-1"), duration_seconds=3725.4)


@dataclass
class Packs:
    """A member with licences of two projects, and the worker."""

    world: LicenseWorld = field(default_factory=LicenseWorld)
    packs: MemoryProjectPacks = field(default_factory=MemoryProjectPacks)
    files: MemoryPackFiles = field(default_factory=MemoryPackFiles)

    def license(self, key: str, project: str = HOLIDAY.name, account_id: str = "acc-1") -> str:
        use = Use(Project(project, ProjectKind.PERSONAL), "social_media", "YouTube")
        asked = application(self.world.download(key, account_id), key, account_id, use=use)
        return self.world.issue(asked).letter.license.number

    def ask(self, project: str = HOLIDAY.name, key: str = "p-1", account_id: str = "acc-1") -> tuple[int, Any]:
        body = json.dumps({"project": project})
        return read(call(request_project_pack, ROUTE, account_id, body=body, headers={"idempotency-key": key}))

    def look(self, pack_id: str, account_id: str = "acc-1") -> tuple[int, Any]:
        return read(call(request_project_pack, ONE, account_id, pathParameters={"id": pack_id}))

    def work(self) -> int:
        """Delivers the requests to the worker; returns the number of failed messages."""
        event = json.loads((EVENTS / "work_project_packs" / "project-pack-requested.json").read_text())
        template, records = event["Records"][0], []
        for n, each in enumerate(self.world.events.published):
            if isinstance(each, ProjectPackRequested):
                body = json.dumps({"detail-type": each.name, "detail": each.detail()})
                records.append({**template, "messageId": str(n), "body": body})
        answer = work_project_packs({"Records": records}, None)
        return len(answer["batchItemFailures"])


@pytest.fixture
def packs() -> Iterator[Packs]:
    made = Packs()
    world, services = made.world, Services(Settings({"PUBLIC_URL": "https://api.example.org"}))
    services.foundation.clock = world.clock
    services.publishing.publications = MemoryPublications([])
    services.licenses.packs.request = RequestProjectPack(
        world.accounts, made.packs, world.licenses, MemoryLinkSigner(), world.events, world.clock
    )
    services.licenses.packs.make = MakeProjectPack(
        made.packs, world.licenses, world.documents, OneTrack(), made.files, world.clock
    )
    services.licenses.list_licenses = ListLicenses(world.licenses, world.documents)
    install(services)
    yield made
    install(None)


def test_a_packs_file_is_named_as_every_file_system_takes_it(packs: Packs) -> None:
    packs.license("key-1", "../../../home/ada/.bashrc")
    _, asked = packs.ask("../../../home/ada/.bashrc")
    packs.work()
    url = unquote(packs.look(asked["pack_id"])[1]["url"])
    assert "home ada .bashrc.zip" in url
    assert "../" not in url


def test_a_pack_has_the_projects_letters_their_signed_texts_and_a_cue_sheet(packs: Packs) -> None:
    first, second, revoked = (packs.license(f"key-{n}") for n in range(3))
    packs.license("key-3", "Another film")
    packs.license("key-4", account_id="acc-2")
    packs.world.licenses.revoke(revoked, Revocation(NOW, RevocationReason.IMPERSONATION))
    status, asked = packs.ask(" holiday  FILM ")
    assert (status, asked["status"], asked["url"]) == (202, "pending", None)
    packs.world.clock.advance(minutes=1)
    assert packs.work() == 0
    status, ready = packs.look(asked["pack_id"])
    assert (status, ready["status"], ready["letters"]) == (200, "ready", 2)
    assert ready["expires_at"] == rfc3339(NOW + timedelta(minutes=1) + LIFETIME)
    (key,) = packs.files.stored
    assert key == f"packs/acc-1/{asked['pack_id']}.zip"
    assert ready["url"].startswith(f"memory://{key}?")
    assert ready["url_expires_at"] is not None
    archive = zipfile.ZipFile(io.BytesIO(packs.files.stored[key]))
    assert archive.testzip() is None
    assert set(archive.namelist()) == {
        "cue-sheet.csv",
        *(f"letters/{each}.pdf" for each in (first, second)),
        *(f"jws/{each}.jws" for each in (first, second)),
    }
    assert archive.read(f"letters/{first}.pdf") == packs.world.documents.get(f"letters/{first}.pdf")
    assert archive.read(f"jws/{first}.jws").decode() == packs.world.licenses.get("acc-1", first).jws
    sheet = archive.read("cue-sheet.csv")
    assert sheet.startswith(b"\xef\xbb\xbftrack,")
    rows = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"))))
    assert {row["license_number"]: row["status"] for row in rows} == {
        first: "valid",
        second: "valid",
        revoked: "revoked",
    }
    assert {(row["track"], row["artist"], row["purpose"], row["duration"]) for row in rows} == {
        ("Harbour at Dawn", "The Makers", "social_media", "1:02:05")
    }
    assert {row["issued_at"] for row in rows} == {rfc3339(NOW)}


def test_a_repeated_wish_makes_one_pack_once(packs: Packs) -> None:
    packs.license("key-1")
    _, asked = packs.ask()
    assert packs.ask() == (200, asked)
    assert packs.ask("Another", "p-1")[1]["code"] == "project_not_found"
    packs.license("key-2", "Another")
    assert packs.ask("Another", "p-1")[1]["code"] == "idempotency_key_reused"
    assert packs.work() == 0
    made = dict(packs.files.stored)
    packs.license("key-3")
    packs.files.stored.clear()
    assert packs.work() == 0  # what comes again finds it made
    assert packs.files.stored == {}
    assert len(made) == 1
    assert packs.ask()[1]["status"] == "ready"


def test_a_member_gets_own_packs_of_own_projects_alone(packs: Packs) -> None:
    packs.license("key-1")
    assert packs.ask(account_id="acc-2")[1]["code"] == "project_not_found"
    asked = packs.ask()[1]
    assert packs.look(asked["pack_id"], "acc-2")[1]["code"] == "project_pack_not_found"
    assert read(call(request_project_pack, ONE, None, pathParameters={"id": asked["pack_id"]}))[0] == 401
    assert packs.ask(" ")[1]["code"] == "invalid_fields"
    assert read(call(request_project_pack, ROUTE, body="{}", headers={"idempotency-key": "k"}))[0] == 422


def test_a_pack_expires_and_can_be_requested_again_also_after_the_membership(packs: Packs) -> None:
    packs.license("key-1")
    asked = packs.ask()[1]
    packs.work()
    packs.world.downloads.set_periods("acc-1", [])
    packs.world.clock.advance(days=7)
    expired = packs.look(asked["pack_id"])[1]
    assert (expired["status"], expired["url"]) == ("expired", None)
    assert packs.ask()[1]["status"] == "expired"
    status, anew = packs.ask(key="p-2")
    assert (status, anew["status"]) == (202, "pending")
    assert packs.work() == 0
    assert packs.look(anew["pack_id"])[1]["status"] == "ready"


def test_no_wish_reads_more_than_a_request_has_time_for(packs: Packs) -> None:
    packs.license("key-1", "Long ago")
    for n in range(4):
        packs.license(f"later-{n}")
    request = dataclasses.replace(services().licenses.packs.request, read_at_once=2, most_read=4)
    services().licenses.packs.request = request
    assert packs.ask("Never", "p-1")[0] == packs.ask("Long ago", "p-2")[0] == 202
    assert packs.work() == 0
    never, long_ago = (request.get("acc-1", pack_id_for("acc-1", key)) for key in ("p-1", "p-2"))
    assert (never.status, never.pack.problem) == (PackStatus.FAILED, "no_licenses")
    assert (long_ago.status, long_ago.pack.file and long_ago.pack.file.letters) == (PackStatus.READY, 1)
    assert len(packs.files.stored) == 1


def test_what_cannot_be_made_fails_and_stays_wanted(packs: Packs) -> None:
    number = packs.license("key-1")
    asked = packs.ask()[1]
    document = packs.world.documents.stored.pop(f"letters/{number}.pdf")
    assert packs.work() == 1
    assert packs.look(asked["pack_id"])[1]["status"] == "pending"
    packs.world.documents.stored[f"letters/{number}.pdf"] = document
    assert packs.work() == 0
    assert packs.look(asked["pack_id"])[1]["status"] == "ready"


def test_a_cue_sheet_has_no_formulas_and_no_length_of_missing_tracks() -> None:
    license_ = replace(license_of("AMT-1", "dl-1"), project=Project('=HYPERLINK("x")', ProjectKind.PERSONAL))
    state = LicenseState(Revocation(NOW, RevocationReason.IMPERSONATION))
    (row,) = csv.DictReader(
        io.StringIO(cue_sheet([replace(letter_of(license_), state=state)], {}).removeprefix("\ufeff"))
    )
    assert row["project"] == '\'=HYPERLINK("x")'
    assert (row["duration"], row["revoked_at"]) == ("", rfc3339(NOW))


def test_licences_are_listed_by_project_and_by_status(packs: Packs) -> None:
    first, revoked = packs.license("key-1"), packs.license("key-2")
    other = packs.license("key-3", "Another film")
    packs.world.licenses.revoke(revoked, Revocation(NOW, RevocationReason.IMPERSONATION))

    def listed(account_id: str = "acc-1", **query: str) -> tuple[set[str], str | None]:
        answer = read(call(list_licenses, "GET /v1/licenses", account_id, queryStringParameters=query))[1]
        return {each["number"] for each in answer["items"]}, answer["next_cursor"]

    assert listed() == ({first, revoked, other}, None)
    assert listed(project="holiday film") == ({first, revoked}, None)
    assert listed(project="Holiday film", status="valid") == ({first}, None)
    assert listed(status="revoked") == ({revoked}, None)
    assert listed(status="superseded") == (set(), None)
    assert listed("acc-2", project="Holiday film") == (set(), None)
    one, cursor = listed(project="Holiday film", limit="1")
    assert cursor is not None
    rest, last = listed(project="Holiday film", limit="1", cursor=cursor)
    assert (one | rest, last) == ({first, revoked}, None)
    wrong = call(list_licenses, "GET /v1/licenses", queryStringParameters={"status": "fine"})
    assert wrong["statusCode"] == 422
