"""What the website is written against: each call of an account's whole life with its fields, codes and statuses."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from infra.demo.site import PASSWORD, Site
from infra.localcloud.supervisor import Handle
from infra.ops.client import OpsClient, connect

PARTICULARS = {
    "display_name": "Ada Lovelace",
    "nickname": "Countess",
    "occupation": "Analyst",
    "signature": "AL",
    "gender": "female",
    "birthday": "1990-12-10",
    "region": "Kowloon",
    "education": "By tutors",
    "profile": "Writes programs.",
    "country": "GB",
    "language": "zh-Hant",
}
CLAIM = {"video_url": "https://video.example/watch?v=1", "claimant": "A label", "platform": "youtube"}
CONSENTS = {"marketing_mail", "profiling", "search_history", "analytics_cookies"}
QUARTER_HOUR = 15 * 60


@pytest.fixture
def ops(cloud: Handle) -> Iterator[OpsClient]:
    with contextlib.closing(connect(f"{cloud.url}/ops")) as client:
        yield client


@pytest.fixture
def member(site: Site) -> Site:
    site.become_account()
    return site


def instant(text: str) -> datetime:
    """RFC 3339, in UTC."""
    assert text.endswith("Z"), text
    return datetime.fromisoformat(text)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """A problem document with this code."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem: dict[str, Any] = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert {"type", "title", "detail", "instance"} <= problem.keys()
    return problem


def fields_of(problem: dict[str, Any]) -> dict[str, str]:
    return {each["field"]: each["code"] for each in problem["errors"]}


def has(answer: httpx.Response, status: int, *names: str) -> dict[str, Any]:
    """The body of an answer of this status, which has these fields."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    assert set(names) <= body.keys(), body
    return body


def items(answer: httpx.Response, *names: str) -> list[dict[str, Any]]:
    """The items of a list, each of which has these fields."""
    listed: list[dict[str, Any]] = has(answer, 200, "items")["items"]
    assert all(set(names) <= each.keys() for each in listed), listed
    return listed


def grow_stale(site: Site) -> None:
    site.http.post("/_local/clock", json={"advance_seconds": QUARTER_HOUR + 1}).raise_for_status()


def test_signing_up_and_in(site: Site) -> None:
    agreements = items(site.get("/v1/agreements"), "id", "version", "title", "effective_at", "url")
    assert {"user-agreement", "privacy-policy", "premium-agreement", "cloud-agreement"} <= {
        each["id"] for each in agreements
    }
    email = f"{uuid.uuid4().hex}@example.org"
    accept = site.accept("user-agreement", "privacy-policy")
    form = {"email": email, "password": PASSWORD, "minor": False, "accept": accept}
    assert has(site.post("/v1/accounts", form), 201, "account_id")["status"] == "unverified"
    for address in (email, f"{uuid.uuid4().hex}@example.org"):
        assert site.post("/v1/accounts/verification-codes", {"email": address}).status_code == 202
    assert site.post("/v1/accounts/verification", {"email": email, "code": site.code_for(email)}).status_code == 204
    opened = has(site.sign_in(email), 201, "access_token", "refresh_token", "expires_in")
    assert opened["token_type"] == "Bearer"
    shown = has(site.get("/v1/account"), 200, "account_id", "display_name", "created_at")
    assert (shown["email"], shown["status"], shown["kind"]) == (email, "active", "individual")
    minor = {**form, "email": f"{uuid.uuid4().hex}@example.org", "minor": True}
    assert "guardian_email" in fields_of(refused(site.post("/v1/accounts", minor), 422, "invalid_fields"))
    guarded = {**minor, "guardian_email": f"{uuid.uuid4().hex}@example.org"}
    assert has(site.post("/v1/accounts", guarded), 201)["status"] == "awaiting_guardian"


def test_all_that_is_wrong_with_a_sign_up_is_said_at_once(site: Site) -> None:
    """By what is written in the body, and by what is published, in one answer."""
    form = {
        "email": "nobody",
        "password": "short",
        "display_name": "adrnin",
        "country": "XX",
        "minor": False,
        "accept": [{"agreement": "user-agreement", "version": "2000-01-01"}],
    }
    problem = refused(site.post("/v1/accounts", form), 422, "invalid_fields")
    assert {"email", "password", "display_name", "country"} <= fields_of(problem).keys()
    assert any(each.startswith("accept") for each in fields_of(problem))


def test_particulars(member: Site) -> None:
    tag = member.get("/v1/account").headers["ETag"]

    def patch(form: dict[str, Any], **headers: str) -> httpx.Response:
        return member.call("PATCH", "/v1/account", form, headers=headers)

    changed = patch(PARTICULARS, **{"If-Match": tag})
    assert has(changed, 200).items() >= PARTICULARS.items()
    assert changed.headers["ETag"] != tag
    refused(patch({"nickname": "x"}, **{"If-Match": tag}), 412, "stale")
    tag = changed.headers["ETag"]
    wrong = refused(patch({"gender": 7, "birthday": "tomorrow"}, **{"If-Match": tag}), 422, "invalid_fields")
    assert fields_of(wrong).keys() == {"gender", "birthday"}
    address = refused(patch({"email": "other@example.org"}, **{"If-Match": tag}), 422, "invalid_fields")
    assert fields_of(address) == {"email": "not_changeable"}
    removed = has(patch(dict.fromkeys(PARTICULARS), **{"If-Match": tag}), 200)
    assert {name: removed[name] for name in PARTICULARS if name != "language"} == dict.fromkeys(
        set(PARTICULARS) - {"language"}
    )


def test_passwords_and_sessions(member: Site) -> None:
    email, another = str(member.get("/v1/account").json()["email"]), f"{PASSWORD} 2"
    listed = items(
        member.get("/v1/account/sessions"), "session_id", "started_at", "last_seen_at", "address", "device", "current"
    )
    assert [each["current"] for each in listed] == [True]
    assert member.call("DELETE", "/v1/account/sessions").status_code == 204
    change = {"current_password": PASSWORD, "new_password": another}
    assert member.call("PUT", "/v1/account/password", change).status_code == 204
    member.wait_for(lambda: member.get("/v1/notices").json()["items"] != [])
    grow_stale(member)
    for method, path, form in (
        ("PUT", "/v1/account/password", change),
        ("POST", "/v1/account/closing", {"forfeit": False}),
        ("POST", "/v1/account/freeze", {}),
    ):
        refused(member.call(method, path, form), 403, "fresh_sign_in_required")
    for address in (email, f"{uuid.uuid4().hex}@example.org"):
        assert member.post("/v1/password-resets", {"email": address}).status_code == 202
    reset = {"email": email, "code": member.code_for(email), "new_password": PASSWORD}
    assert member.call("PUT", "/v1/password-resets", reset).status_code == 204
    assert member.post("/v1/account/misuse-reports", {"email": email, "text": "Not me."}).json().keys() >= {
        "ticket_number"
    }


def test_freezing_by_a_code(member: Site) -> None:
    email = str(member.get("/v1/account").json()["email"])
    grow_stale(member)
    assert member.post("/v1/account/freeze-codes").status_code == 202
    form = {"code": member.code_for(email), "reason": "misuse"}
    assert member.post("/v1/account/freeze", form).status_code == 204
    refresh = {"refresh_token": member.refresh_token}
    assert member.post("/v1/sessions/refresh", refresh).status_code == 401
    refused(member.sign_in(email), 403, "account_frozen")


def test_agreements_consents_and_searches(member: Site) -> None:
    current = member.accept("user-agreement")[0]
    assert member.post("/v1/account/acceptances", current).status_code == 201
    listed = items(member.get("/v1/account/consents"), "id", "given", "version", "changed_at", "purpose")
    assert {each["id"] for each in listed} >= CONSENTS
    assert not any(each["given"] for each in listed)
    given = has(member.call("PUT", "/v1/account/consents/search_history", {"given": True}), 200)
    assert (given["id"], given["given"]) == ("search_history", True)
    member.get("/v1/tracks?q=harbour").raise_for_status()
    member.wait_for(lambda: [each["q"] for each in items(member.get("/v1/account/searches"), "at")] == ["harbour"])
    assert member.call("DELETE", "/v1/account/searches").status_code == 204
    assert items(member.get("/v1/account/searches")) == []


def test_timeline_and_disclosures(member: Site, ops: OpsClient) -> None:
    track = member.get("/v1/tracks").json()["items"][0]["track_id"]
    refused(member.download(track), 403, "membership_required")
    account_id = member.get("/v1/account").json()["account_id"]

    def entries() -> list[dict[str, Any]]:
        return items(member.get("/v1/account/timeline"), "at", "kind", "text")

    member.wait_for(lambda: "membership_required" in {each.get("code") for each in entries()})
    times = [instant(each["at"]) for each in entries()]
    assert times == sorted(times, reverse=True)
    told = {"at": "2026-11-20T00:00:00Z", "to": "Revenue", "what": "invoices", "why": "audit", "basis": "law"}
    ops.call("POST", f"/accounts/{account_id}/disclosures", json=told)
    (disclosed,) = items(member.get("/v1/account/disclosures"), "at", "to", "what", "why", "basis")
    assert disclosed["to"] == "Revenue"


def test_data_export(member: Site) -> None:
    export = has(member.post("/v1/account/data-exports"), 202, "export_id")
    assert export["status"] == "pending"
    path = f"/v1/account/data-exports/{export['export_id']}"
    member.wait_for(lambda: member.get(path).json()["status"] == "ready")
    ready = has(member.get(path), 200, "url", "url_expires_at", "bytes", "sha256")
    archive = httpx.get(ready["url"]).raise_for_status().content
    assert (len(archive), sha256(archive).hexdigest()) == (ready["bytes"], ready["sha256"])


def test_closing(member: Site, ops: OpsClient) -> None:
    shown = member.get("/v1/account").json()
    email, account_id = str(shown["email"]), str(shown["account_id"])
    order = member.order()
    ticket = {"kind": "question", "subject": "Why", "text": "So."}
    number = member.post("/v1/tickets", ticket, key=uuid.uuid4().hex).raise_for_status().json()["number"]
    blocks = refused(member.post("/v1/account/closing", {"forfeit": False}), 409, "closing_refused")["blocks"]
    assert all({"code", "detail"} <= each.keys() for each in blocks)
    by_code = {each["code"]: each for each in blocks}
    assert by_code.keys() == {"account_too_young", "unfinished_order", "open_ticket"}
    created = instant(member.get("/v1/account").json()["created_at"])
    assert timedelta(days=7) <= instant(by_code["account_too_young"]["until"]) - created < timedelta(days=7, minutes=5)
    assert (by_code["unfinished_order"]["reference"], by_code["open_ticket"]["reference"]) == (
        order["order_id"],
        number,
    )
    assert has(member.get("/v1/account/closing"), 200, "blocks")["status"] == "none"
    member.pay(order, "declined").raise_for_status()
    ops.call("POST", f"/tickets/{number}/closing", json={"reason": "settled"})
    member.http.post("/_local/clock", json={"advance_seconds": 7 * 86_400 + 60}).raise_for_status()
    member.sign_in(email).raise_for_status()
    member.call("PUT", "/v1/account/consents/marketing_mail", {"given": False}).raise_for_status()
    applied = has(member.post("/v1/account/closing", {"forfeit": False, "reason": "I move."}), 202, "applied_at")
    assert applied["status"] == "applied"
    assert member.call("DELETE", "/v1/account/closing").status_code == 204
    for decision, outcome in (("refuse", "refused"), ("approve", "approved")):
        member.post("/v1/account/closing", {"forfeit": False}).raise_for_status()
        reason = {"reason": "owner_in_doubt"} if decision == "refuse" else {}
        done = ops.call("POST", f"/accounts/{account_id}/closing/decision", json={"outcome": decision, **reason})
        assert done["status"] == outcome
    member.wait_for(lambda: ops.call("GET", f"/accounts/{account_id}")["status"] == "closed")
    receipt = ops.call("POST", f"/accounts/{account_id}/erasure", json={"reason": "deceased"})["erasure_id"]
    path = f"/v1/erasure-receipts/{receipt}"
    member.wait_for(lambda: member.http.get(path).json().get("status") == "done")
    shown = has(member.http.get(path), 200, "jws", "erased", "kept")
    assert shown["jws"].count(".") == 2


def test_notices_announcements_and_what_anybody_may_read(member: Site, site: Site, ops: OpsClient) -> None:
    change = {"current_password": PASSWORD, "new_password": f"{PASSWORD} 2"}
    member.call("PUT", "/v1/account/password", change).raise_for_status()
    member.wait_for(lambda: member.get("/v1/notices?unread=true").json()["items"] != [])
    listed = member.get("/v1/notices?unread=true")
    (notice,) = items(listed, "notice_id", "kind", "subject", "text", "served_on", "channels")
    assert listed.json()["unread_count"] == 1
    datetime.strptime(notice["served_on"], "%Y-%m-%d")  # noqa: DTZ007 - a day
    assert member.post(f"/v1/notices/{notice['notice_id']}/read").status_code == 204
    assert items(member.get("/v1/notices"), "read_at")[0]["read_at"] is not None
    assert member.get("/v1/notices?unread=true").json() | {"next_cursor": None} == {
        "items": [],
        "unread_count": 0,
        "next_cursor": None,
    }
    items(site.http.get("/v1/processors"), "name", "purpose", "data", "place", "since")
    items(site.http.get("/v1/announcements"), "announcement_id", "title", "text", "published_at")
    assert has(site.http.get("/v1/status"), 200)["status"] == "ok"


def test_tickets(member: Site, ops: OpsClient) -> None:
    content = b"As it was shown to me."
    file = {"name": "shown.txt", "media_type": "text/plain", "bytes": len(content)}
    attachment = {**file, "sha256": sha256(content).hexdigest()}
    for kind in ("question", "complaint", "privacy", "ownership", "claim", "guardian", "relative"):
        form: dict[str, Any] = {"kind": kind, "subject": kind, "text": "Please look."}
        if kind == "question":
            form["attachments"] = [attachment]
        if kind == "claim":
            form["claim"] = CLAIM
        opened = has(member.post("/v1/tickets", form, key=uuid.uuid4().hex), 201, "number", "due_at")
        assert opened["status"] == "open"
        due = instant(opened["due_at"]) - instant(member.get("/_local/clock").json()["now"])
        assert timedelta(days=14, hours=23) < due <= timedelta(days=15)
        assert ("uploads" in opened and len(opened["uploads"])) == ("attachments" in form)
    listed = items(member.get("/v1/tickets"), "number", "status", "due_at", "kind", "subject")
    assert len(listed) == 7
    path = f"/v1/tickets/{listed[0]['number']}"
    assert member.post(f"{path}/messages", {"text": "More."}).status_code == 201
    ops.call("POST", f"/tickets/{listed[0]['number']}/answers", json={"text": "Done."})
    assert [each["text"] for each in has(member.get(path), 200, "messages")["messages"]] == [
        "Please look.",
        "More.",
        "Done.",
    ]
