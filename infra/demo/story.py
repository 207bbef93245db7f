"""The main flow, step by step: sign up, pay, download, license, verify."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
from joserfc import jws
from joserfc.jwk import KeySet

from infra.demo.site import PASSWORD, Site

Tell = Callable[[str], None]
# Step 7 takes the better part of an hour on the local clock.
ROOM_SECONDS = 3600


class Surprise(Exception):
    """A response was not as expected."""


def expect(answer: httpx.Response, status: int, code: str | None = None) -> Any:
    """The response's body. Raises Surprise if its status or error code differs."""
    body = answer.json() if "json" in answer.headers.get("content-type", "") else None
    found = (answer.status_code, (body or {}).get("code") if status >= 400 else None)
    if found != (status, code):
        raise Surprise(f"{answer.request.method} {answer.request.url.path}: {found}, expected {(status, code)}")
    return body


def tell(site: Site, say: Tell) -> None:
    """The whole flow. Raises Surprise."""
    email = sign_up(site, say)
    tracks = find_tracks(site, say)
    refuse_without_membership(site, say, tracks)
    buy(site, say)
    leave_room_before_midnight(site, email)
    download_id = download(site, say, tracks)
    license_it(site, say, download_id)
    use_up_the_day(site, say, tracks)
    sign_out(site, say, email)


def sign_up(site: Site, say: Tell) -> str:
    """Step 1."""
    say("1. Sign up: a weak password and a missing acceptance are named, then the code comes by mail")
    email = f"{uuid.uuid4().hex[:10]}@example.org"
    form = {"email": email, "password": "weak", "minor": False, "country": "HK", "accept": []}
    expect(site.post("/v1/accounts", form), 422, "invalid_fields")
    form = {**form, "password": PASSWORD, "accept": site.accept("user-agreement", "privacy-policy")}
    expect(site.post("/v1/accounts", form), 201)
    code = site.code_for(email)
    wrong = "000000" if code != "000000" else "000001"
    expect(site.post("/v1/accounts/verification", {"email": email, "code": wrong}), 422, "wrong_code")
    expect(site.post("/v1/accounts/verification", {"email": email, "code": code}), 204)
    expect(site.sign_in(email), 201)
    expect(site.get("/v1/account"), 200)
    return email


def find_tracks(site: Site, say: Tell) -> list[dict[str, Any]]:
    """Step 2."""
    say("2. The catalogue")
    tracks: list[dict[str, Any]] = expect(site.get("/v1/tracks?kind=music"), 200)["items"]
    expect(site.get(f"/v1/tracks/{tracks[0]['track_id']}"), 200)
    return tracks


def refuse_without_membership(site: Site, say: Tell, tracks: list[dict[str, Any]]) -> None:
    """Step 3."""
    say("3. Without a membership there is no download")
    expect(site.download(tracks[0]["track_id"]), 403, "membership_required")


def buy(site: Site, say: Tell) -> None:
    """Step 4."""
    say("4. Buy Premium: quote, confirmation of exactly that price, the provider's page, its webhook")
    expect(site.get("/v1/plans"), 200)
    site.become_member("premium")
    expect(site.get("/v1/membership"), 200)


def download(site: Site, say: Tell, tracks: list[dict[str, Any]]) -> str:
    """Step 5."""
    say("5. Download: the link yields the file; the same key costs nothing more; an altered link is refused")
    key = uuid.uuid4().hex
    granted = expect(site.download(tracks[0]["track_id"], key=key), 201)
    expect(site.download(tracks[0]["track_id"], key=key), 200)
    file = httpx.get(granted["url"])
    say(f"   {len(file.content)} bytes, {file.headers['content-disposition']}")
    say(f"   SHA-256 {hashlib.sha256(file.content).hexdigest()}")
    altered = httpx.get(granted["url"][:-1] + ("0" if granted["url"][-1] != "0" else "1"))
    if altered.status_code != 403:
        raise Surprise(f"an altered link was answered {altered.status_code}")
    return str(granted["download_id"])


def license_it(site: Site, say: Tell, download_id: str) -> None:
    """Step 6."""
    say("6. The licence: a letter, verified by anyone, online and offline")
    form = {
        "download_id": download_id,
        "licensee": {"name": "Ada Lovelace", "kind": "individual"},
        "project": {"name": "My holiday", "kind": "personal"},
        "purpose": "social_media",
        "platform": "YouTube",
    }
    issued = expect(site.post("/v1/licenses", form, key=uuid.uuid4().hex), 201)
    letter = httpx.get(issued["document_url"], headers={"Authorization": f"Bearer {site.token}"}, follow_redirects=True)
    say(f"   letter of {len(letter.content)} bytes, {letter.headers['content-type']}")
    with Site(site.url, site.watcher) as anyone:
        verified = expect(anyone.get(f"/v1/verifications/{issued['number']}"), 200)
        pdf = {"Content-Type": "application/pdf"}
        checked = expect(anyone.call("POST", "/v1/verifications", content=letter.content, headers=pdf), 200)
        keys = KeySet.import_key_set(anyone.get("/.well-known/jwks.json").json())
    if verified["status"] != "valid":
        raise Surprise(f"the licence is {verified['status']}")
    if not checked["matches_record"]:
        raise Surprise(f"the letter is {checked['verdict']}")
    say("   the PDF is as it was issued, byte for byte")
    jws.deserialize_compact(issued["jws"], keys, algorithms=["ES256"])
    say("   the JWS verifies offline against the published keys")
    other = {**form, "project": {"name": "Another film", "kind": "personal"}}
    expect(site.post("/v1/licenses", other, key=uuid.uuid4().hex), 409, "download_already_licensed")


def leave_room_before_midnight(site: Site, email: str) -> None:
    """Moves to the next day if this one is too short for the rest of the flow."""
    resets_at = datetime.fromisoformat(expect(site.get("/v1/allowance"), 200)["resets_at"]).timestamp()
    left = resets_at - site.http.get("/_local/clock").json()["epoch"]
    if left < ROOM_SECONDS:
        pass_time(site, left + 1)
        expect(site.sign_in(email), 201)


def pass_time(site: Site, seconds: float) -> None:
    """Moves the local clock."""
    site.http.post("/_local/clock", json={"advance_seconds": seconds}).raise_for_status()


def use_up_the_day(site: Site, say: Tell, tracks: list[dict[str, Any]]) -> None:
    """Step 7."""
    say("7. The 31st download of the day, each a minute or so after the last, is refused and says when to come back")
    watcher, site.watcher = site.watcher, None
    for number in range(29):
        pass_time(site, 60 + 37 * number % 50)  # at a person's pace: faster downloads are slowed down
        project = {"name": f"Film {number}", "kind": "personal"}
        expect(site.download(tracks[number % len(tracks)]["track_id"], "mp3", project=project), 201)
    site.watcher = watcher
    expect(site.download(tracks[0]["track_id"], "mp3"), 429, "allowance_exhausted")


def sign_out(site: Site, say: Tell, email: str) -> None:
    """Step 8."""
    say("8. Sign out: the refresh token is dead")
    expect(site.call("DELETE", "/v1/sessions"), 204)
    refresh = {"refresh_token": site.refresh_token}
    site.token = None
    expect(site.post("/v1/sessions/refresh", refresh), 401, "wrong_credentials")
    expect(site.sign_in(email), 201)
