"""Operators trace a download's links, renew them, and revoke the download."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from allmytracks.downloads.rules_links import DownloadRevoked, IssuedLink, NoLinksLeft
from allmytracks.payments import events
from allmytracks.wiring import services
from functions.ops_api.handler import app
from tests.factories.downloads import a_grant
from tests.factories.instants import NOW
from tests.factories.operators import Backend, Run
from tests.fakes.downloads import AccountRecord, MemoryDownloads
from tests.fakes.issued_links import MemoryIssuedLinks
from tests.fakes.wiring import put

GRANT = a_grant("key-1")
DOWNLOAD = GRANT.download_id
EVENTS = Path(__file__).parents[2] / "events" / "ops_api"
SAMPLES = {
    "show": "get-accounts-account-id-downloads-download-id",
    "renew": "post-accounts-account-id-downloads-download-id-links",
    "revoke": "post-accounts-account-id-downloads-download-id-revocation",
}


@pytest.fixture
def issued(backend: Backend) -> MemoryIssuedLinks:
    downloads = MemoryDownloads()
    downloads.records.setdefault("acc-1", AccountRecord()).grants[DOWNLOAD] = GRANT
    links = MemoryIssuedLinks(downloads)
    put(services(), {"downloads.repository": downloads, "downloads.issued_links": links})
    links.record(link("link_1"), 1)
    assert backend.acts == []
    return links


def link(name: str) -> IssuedLink:
    return IssuedLink(name, "acc-1", DOWNLOAD, NOW + timedelta(minutes=1), "2001:db8::1", "Laptop")


def ask(which: str, body: object = None, account_id: str = "acc-1") -> tuple[int, dict[str, Any]]:
    event = json.loads((EVENTS / f"{SAMPLES[which]}.json").read_text())
    event["pathParameters"] = {"account_id": account_id, "download_id": DOWNLOAD}
    if body is not None:
        event["body"] = json.dumps(body)
    answer = app(event, None)
    return answer["statusCode"], json.loads(answer["body"])


@pytest.mark.clause("U-II.IV.9")
def test_a_downloads_links_can_be_traced(backend: Backend, issued: MemoryIssuedLinks) -> None:
    assert len(issued.of("acc-1", DOWNLOAD)) == 2
    status, body = ask("show")
    assert (status, body["download"]["download_id"]) == (200, DOWNLOAD)
    assert [each["link_id"] for each in body["links"]] == [DOWNLOAD, "link_1"]
    assert body["links"][1] == {
        "link_id": "link_1",
        "issued_at": "2026-11-22T06:01:00.000Z",
        "source_ip": "2001:db8::1",
        "user_agent": "Laptop",
    }
    assert backend.acts == [("download_looked_up", DOWNLOAD)]


@pytest.mark.clause("M-III.5.fraud")
def test_links_can_be_renewed(backend: Backend, issued: MemoryIssuedLinks) -> None:
    with pytest.raises(NoLinksLeft):
        issued.record(link("link_2"), 1)
    assert ask("renew")[0] == 200
    issued.record(link("link_2"), 1)
    assert backend.acts == [("download_links_renewed", DOWNLOAD)]
    assert backend.audit_log.acts[0].reason == "cleared"


def test_a_download_can_be_revoked(backend: Backend, issued: MemoryIssuedLinks) -> None:
    revoked_at = ask("revoke")[1]["download"]["revoked_at"]
    backend.clock.advance(days=1)
    assert ask("revoke")[1]["download"]["revoked_at"] == revoked_at
    with pytest.raises(DownloadRevoked):
        issued.record(link("link_2"), 9)
    assert backend.acts == [("download_revoked", DOWNLOAD)] * 2
    assert backend.events.published == [events.DownloadRevoked("acc-1", DOWNLOAD, "fraud", revoked_at)] * 2


@pytest.mark.parametrize(("which", "reason"), [("revoke", "cleared"), ("renew", "fraud")])
def test_each_act_has_its_own_reasons(backend: Backend, issued: MemoryIssuedLinks, which: str, reason: str) -> None:
    status, problem = ask(which, {"reason": reason})
    assert (status, problem["errors"][0]["code"]) == (422, "not_for_this_act")
    assert (backend.acts, backend.events.published) == ([], [])


@pytest.mark.parametrize("which", SAMPLES)
def test_a_download_is_found_with_its_own_account_alone(
    backend: Backend, issued: MemoryIssuedLinks, which: str
) -> None:
    status, body = ask(which, account_id="acc-2")
    assert (status, body["code"]) == (404, "download_not_found")
    assert {name for name, _ in backend.acts} <= {"download_looked_up"}
    assert len(issued.of("acc-1", DOWNLOAD)) == 2


@pytest.mark.parametrize(("body", "status"), [({}, 422), ({"reason": "because"}, 422), ([], 400)])
def test_an_act_needs_its_reason(issued: MemoryIssuedLinks, body: object, status: int) -> None:
    assert ask("revoke", body)[0] == status
    issued.record(link("link_2"), 2)


def test_the_command_line_shows_renews_and_revokes(backend: Backend, issued: MemoryIssuedLinks, run: Run) -> None:
    shown = run("downloads", "show", "acc-1", DOWNLOAD)
    assert shown.exit_code == 0
    assert "2001:db8::1" in shown.output
    assert run("downloads", "renew-links", "acc-1", DOWNLOAD, "--reason", "cleared").exit_code == 0
    issued.record(link("link_2"), 1)
    revoked = run("downloads", "revoke", "acc-1", DOWNLOAD, "--reason", "fraud")
    assert revoked.exit_code == 0
    assert "2026-11-22T09:00:00.000Z" in revoked.output
    assert [name for name, _ in backend.acts] == ["download_looked_up", "download_links_renewed", "download_revoked"]
    assert run("downloads", "show", "acc-1", "dl_none").exit_code != 0
