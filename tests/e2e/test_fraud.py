"""Anti-fraud over HTTP, with the published figures: slowed down, restricted with reason and end, lifted."""

from __future__ import annotations

import contextlib
import random
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from infra.demo.site import Site
from infra.localcloud.supervisor import Handle
from infra.ops.client import OpsClient, connect

pytestmark = [pytest.mark.clause("M-III.5.fraud")]

BURST, WINDOW_SECONDS = 20, 600  # config/fraud-rules.toml
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}


@pytest.fixture
def ops(cloud: Handle) -> Iterator[OpsClient]:
    with contextlib.closing(connect(f"{cloud.url}/ops")) as client:
        yield client


@pytest.fixture(autouse=True)
def anti_fraud(cloud: Handle) -> None:
    httpx.post(f"{cloud.url}/_local/limits", json={"anti_fraud": True}).raise_for_status()


class Member:
    """A member who downloads one track for new projects each time, each a separate download."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.email = site.become_account()
        site.become_member()
        self.track_id = site.get("/v1/tracks").json()["items"][0]["track_id"]
        self.asked = 0

    def download(self, **more: Any) -> httpx.Response:
        self.asked += 1
        project = {"name": f"Clip {self.asked}", "kind": "personal"}
        form = {"track_id": self.track_id, "rendition": "mp3", "project": project, "purpose": "social_media"}
        return self.site.post("/v1/downloads", form, key=f"clip-{self.asked}", **more)

    def restricted_until(self) -> str | None:
        until: str | None = self.site.get("/v1/allowance").json()["restricted_until"]
        return until

    def told(self, subject: str) -> str:
        """The text of the newest mail with these words in its subject."""

        def mails() -> list[str]:
            items = self.site.http.get("/_local/mail", params={"to": self.email}).json()["items"]
            return [each["text"] for each in items if subject in each["subject"]]

        self.site.wait_for(lambda: bool(mails()))
        return mails()[0]


@pytest.fixture
def member(site: Site) -> Member:
    return Member(site)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def advance(site: Site, seconds: float) -> None:
    site.http.post("/_local/clock", json={"advance_seconds": seconds}).raise_for_status()


def test_more_than_a_burst_waits_and_continues(member: Member) -> None:
    """One download every 10 to 20 seconds is slowed down, and never restricted."""
    chance = random.Random(7)  # noqa: S311 - no secret
    for _ in range(BURST):
        assert member.download(headers=BROWSER).status_code == 201
        advance(member.site, chance.uniform(10, 20))
    slowed = member.download(headers=BROWSER)
    assert code(slowed) == (429, "downloading_too_fast")
    assert 1 <= int(slowed.headers["retry-after"]) <= WINDOW_SECONDS
    assert member.site.get("/v1/allowance").json()["used"] == BURST
    advance(member.site, int(slowed.headers["retry-after"]))
    assert member.download(headers=BROWSER).status_code == 201
    assert member.restricted_until() is None


@pytest.mark.clause("U-III.III.3", "M-III.5.revoke")
def test_a_script_is_restricted_with_a_notice_lifted_and_banned(member: Member, ops: OpsClient) -> None:
    site = member.site
    first = member.download()
    answers = [first, *(member.download() for _ in range(29))]
    granted = [answer for answer in answers if answer.status_code == 201]
    assert len(granted) <= BURST
    refused = {code(answer) for answer in answers if answer.status_code != 201}
    assert refused <= {(429, "downloading_too_fast"), (403, "account_restricted")}

    site.wait_for(lambda: member.restricted_until() is not None)
    until = member.restricted_until()
    advance(site, WINDOW_SECONDS)
    answer = member.download()
    assert code(answer) == (403, "account_restricted")
    body = answer.json()
    assert (body["until"], body["reason"]) == (until, "scripted_client")
    order = {"plan": "premium", "term": "month", "accept": site.accept("premium-agreement")}
    assert code(site.post("/v1/orders", order)) == (403, "account_restricted")
    letter = {
        "download_id": first.json()["download_id"],
        "licensee": {"kind": "individual", "name": "Ada"},
        "project": {"name": "Holiday", "kind": "personal"},
        "purpose": "social_media",
        "platform": "YouTube",
    }
    assert code(site.post("/v1/licenses", letter, key=uuid.uuid4().hex)) == (403, "account_restricted")
    text = member.told("restricted")
    assert "downloads by a program instead of a person" in text
    ends = datetime.fromisoformat(str(until))
    assert f"Until: {ends.day} {ends:%B %Y, %H:%M} UTC." in text

    account_id = ops.call("GET", "/accounts", query={"email": member.email})["account_id"]
    mine = [each for each in ops.call("GET", "/cases")["items"] if each["account_id"] == account_id]
    case = next(each for each in mine if each["kind"] == "scripted_client")
    assert ops.call("GET", f"/cases/{case['case_id']}")["restricted_until"] == until

    def take(measure: str, reason: str) -> dict[str, Any]:
        return ops.call("POST", f"/accounts/{account_id}/measures", json={"measure": measure, "reason": reason})

    assert take("lift", "cleared")["restricted_until"] is None
    assert member.download().status_code == 201
    assert member.restricted_until() is None
    member.told("no longer restricted")
    decision = {"outcome": "unfounded", "reason": "cleared"}
    assert ops.call("POST", f"/cases/{case['case_id']}/decision", json=decision)["status"] == "closed"

    assert take("ban", "fraud")["status"] == "banned"
    assert code(member.download()) == (403, "account_frozen")
    assert code(site.post(f"/v1/downloads/{first.json()['download_id']}/links")) == (403, "account_frozen")
    assert "suspected abuse" in member.told("banned")
    assert code(site.sign_in(member.email)) == (403, "account_frozen")
    refresh = {"refresh_token": site.refresh_token}
    assert code(site.post("/v1/sessions/refresh", refresh)) == (403, "account_frozen")
    assert code(site.call("DELETE", "/v1/account/billing")) == (403, "account_frozen")
    assert take("unban", "cleared")["status"] == "active"
    assert member.download().status_code == 201


def test_switched_off_a_script_is_left_alone(member: Member) -> None:
    member.site.http.post("/_local/limits", json={"anti_fraud": False}).raise_for_status()
    assert {member.download().status_code for _ in range(30)} == {201}
    assert code(member.download()) == (429, "allowance_exhausted")
    assert member.restricted_until() is None
    member.site.http.post("/_local/limits", json={"anti_fraud": True}).raise_for_status()
