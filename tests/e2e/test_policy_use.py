"""Each function's policy against the AWS calls that it makes: nothing is missing, and nothing is wider than used."""

from __future__ import annotations

import contextlib
import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import numpy as np
import pytest
import soundfile
from stripe import WebhookSignature

from allmytracks.foundation.throttling.rules import DEVICE_UPLOADS, REGISTER, SEARCH
from allmytracks.licenses.batches.rules import MOST_IN_A_PASS
from allmytracks.licenses.rules_numbers import license_number
from infra.demo.site import PASSWORD, Site
from infra.localcloud.policy_use import read_exemptions, read_policies, read_uses, refused, unused
from infra.localcloud.supervisor import Handle
from infra.ops.client import connect
from infra.ops.errors import OpsError
from infra.ops.importing import Importer
from infra.ops.preparing import Wishes
from infra.ops.publications import publications_in
from tests.e2e.proofs import proof_of
from tests.e2e.special_licenses import license_beyond_the_matrix
from tests.e2e.subscribing import claim, close_with_a_plan, subscribe_and_cancel
from tests.factories.oidc_server import OidcServer
from tests.factories.storage import CONTENT, RECORDING

ROOT = Path(__file__).resolve().parents[2]
EXCEPTIONS = ROOT / "tests" / "templates" / "policy_exceptions.toml"


def sign_up_twice_before_the_code(site: Site) -> None:
    """The later one's code, with its password, ends the other."""
    email = f"{uuid.uuid4().hex}@example.org"
    form = {
        "email": email,
        "minor": False,
        "accept": site.accept("user-agreement", "privacy-policy"),
    }
    for password in (PASSWORD, f"{PASSWORD} 2"):
        site.post("/v1/accounts", {**form, "password": password}).raise_for_status()
    later = next(mail["text"] for mail in site.http.get("/_local/mail", params={"to": email}).json()["items"])
    [code] = re.findall(r"\b\d{8}\b", later)
    proof = {"email": email, "code": code, "password": password}
    site.post("/v1/accounts/verification", proof).raise_for_status()


def sign_up_as_a_minor(site: Site, *, consent: bool = True) -> None:
    """The guardian consents, or refuses."""
    email, guardian = (f"{uuid.uuid4().hex}@example.org" for _ in range(2))
    form = {
        "email": email,
        "password": PASSWORD,
        "minor": True,
        "guardian_email": guardian,
        "accept": site.accept("user-agreement", "privacy-policy"),
    }
    site.post("/v1/accounts", form).raise_for_status()
    site.post("/v1/accounts/verification", {"email": email, "code": site.code_for(email)}).raise_for_status()
    site.sign_in(email).raise_for_status()
    site.post("/v1/guardian-consents/links").raise_for_status()
    text = site.http.get("/_local/mail", params={"to": guardian}).json()["items"][0]["text"]
    answer = {"token": text.split("token=")[1].split()[0], "consent": consent}
    site.post("/v1/guardian-consents", answer).raise_for_status()


def wait_for_a_guardian(site: Site) -> str:
    """An operator has the guardian written to, who does not answer; returns the account's id."""
    site.become_account()
    account_id = str(site.get("/v1/account").json()["account_id"])
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        body = {"guardian_email": f"{uuid.uuid4().hex}@example.org"}
        assert ops.call("POST", f"/accounts/{account_id}/guardian", json=body)["status"] == "awaiting_guardian"
    return account_id


def care_for_access(site: Site) -> None:
    """Sessions, particulars, passwords and a freeze of an account of its own."""
    email, another = site.become_account(), f"{PASSWORD} 2"
    site.post("/v1/accounts/verification-codes", {"email": email}).raise_for_status()
    tag = site.get("/v1/account").headers["ETag"]
    changed = site.call("PATCH", "/v1/account", {"nickname": "Countess"}, headers={"If-Match": tag})
    assert changed.raise_for_status().json()["nickname"] == "Countess"
    assert site.call("PATCH", "/v1/account", {"nickname": "x"}, headers={"If-Match": tag}).status_code == 412
    site.get("/v1/account/sessions").raise_for_status()
    site.call("DELETE", "/v1/account/sessions").raise_for_status()
    change = {"current_password": PASSWORD, "new_password": another}
    site.call("PUT", "/v1/account/password", change).raise_for_status()
    site.post("/v1/password-resets", {"email": email}).raise_for_status()
    reset = {"email": email, "code": site.code_for(email), "new_password": PASSWORD}
    site.call("PUT", "/v1/password-resets", reset).raise_for_status()
    elsewhere: dict[str, Any] = {"headers": {"User-Agent": "A new phone"}}
    risky = {"email": email, "password": PASSWORD}
    assert site.call("POST", "/v1/sessions", risky, **elsewhere).json()["code"] == "sign_in_code_required"
    risky["code"] = site.code_for(email)
    assert site.call("POST", "/v1/sessions", risky, **elsewhere).status_code == 201
    site.post("/v1/account/freeze-codes").raise_for_status()
    site.post("/v1/account/freeze", {"code": site.code_for(email)}).raise_for_status()
    site.call("DELETE", "/v1/sessions").raise_for_status()


def lose_mail(site: Site) -> None:
    """Mail to a member bounces; operators see it, and resume it."""
    site.become_account(f"bounce+{uuid.uuid4().hex}@simulator.amazonses.com")
    change = {"current_password": PASSWORD, "new_password": f"{PASSWORD} 2"}
    site.call("PUT", "/v1/account/password", change).raise_for_status()
    account_id = site.get("/v1/account").json()["account_id"]
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        site.wait_for(lambda: account_id in {each["account_id"] for each in ops.call("GET", "/mail-failures")["items"]})
        (notice,) = site.get("/v1/notices").json()["items"]
        assert notice["channels"] == ["inbox"]
        assert ops.call("GET", f"/accounts/{account_id}")["mail_failure"]["failure"] == "bounced"
        ops.call("POST", f"/accounts/{account_id}/mail-resumption", json={"reason": "provider_recovered"})
        assert ops.call("GET", f"/accounts/{account_id}")["mail_failure"] is None


def get_offers(site: Site, offers: str) -> None:
    """A member consents to offers, gets one, stops them by its link; an account of a list is notified of a breach."""
    email = site.become_account()
    site.call("PUT", "/v1/account/consents/marketing_mail", {"given": True}).raise_for_status()
    account_id = site.get("/v1/account").json()["account_id"]
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:

        def sent(kind: str, **selection: object) -> str:
            form = {"kind": kind, "subject": f"{kind} {offers}", "text": f"What we have to say of {offers}."}
            mailing = ops.call("POST", "/mailings", json={**form, **selection})
            path = f"/mailings/{mailing['mailing_id']}"
            if selection.get("listed"):
                ops.call("PUT", f"{path}/parts/0", json={"account_ids": [account_id]})
            ops.call("POST", f"{path}/start")
            site.post("/_local/clock", {"advance_seconds": 61}).raise_for_status()
            site.wait_for(lambda: ops.call("GET", path)["status"] == "done")
            return path

        offer = sent("promotion", status="active")
        served = ops.call("GET", f"{offer}/deliveries", query={"limit": 100})["items"]
        assert (account_id, "mailed") in {(each["account_id"], each["outcome"]) for each in served}
        text = site.http.get("/_local/mail", params={"to": email}).json()["items"][0]["text"]
        link = f"/v1/unsubscribe/{text.split('/v1/unsubscribe/')[1].split()[0]}"
        site.get(link).raise_for_status()
        site.http.post(link, data={"List-Unsubscribe": "One-Click"}).raise_for_status()
        consents = site.get("/v1/account/consents").json()["items"]
        assert [each["given"] for each in consents if each["id"] == "marketing_mail"] == [False]
        sent("breach", listed=True)
        ops.call("GET", "/mailings", query={"status": "done"})
        ops.call("POST", f"{offer}/stop")


def enter_by_another_provider(site: Site) -> None:
    """A new account by a login of the local provider, then another account that links one."""
    provider = OidcServer(site.get("/v1/third-party-provider").raise_for_status().json()["issuer"])

    def came_back(begun: httpx.Response, subject: str) -> dict[str, str]:
        visit = begun.raise_for_status().json()
        state, code = provider.visit(visit["authorization_url"], subject)
        return {"sign_in_id": visit["sign_in_id"], "state": state, "code": code}

    accept = site.accept("user-agreement", "privacy-policy")
    for minor in (False, True):
        subject, guardian = uuid.uuid4().hex, f"{uuid.uuid4().hex}@example.org"
        provider.knows(subject, email=f"{subject}@example.org", email_verified=True)
        back = came_back(site.post("/v1/third-party-visits"), subject)
        shown = site.post("/v1/third-party-sessions", back)
        assert (shown.status_code, shown.json()["email"]) == (200, f"{subject}@example.org")
        form = {"sign_in_id": back["sign_in_id"], "accept": accept, "minor": minor}
        form |= {"guardian_email": guardian} if minor else {}
        site.token = site.post("/v1/third-party-accounts", form).raise_for_status().json()["access_token"]
        again = came_back(site.post("/v1/third-party-visits"), subject)
        opened = site.post("/v1/third-party-sessions", again)
        assert opened.status_code == 201, opened.text
        assert site.post("/v1/third-party-sessions", again).json()["code"] == "third_party_refused"
        refresh = {"refresh_token": opened.json()["refresh_token"]}
        site.post("/v1/sessions/refresh", refresh).raise_for_status()
        assert site.get("/v1/account").raise_for_status().json()["email"] == f"{subject}@example.org"
    path, site.token = "/v1/account/third-party-logins", None
    site.become_account()
    back = came_back(site.post(path), uuid.uuid4().hex)
    assert len(site.call("PUT", path, back).raise_for_status().json()["items"]) == 1
    assert len(site.get(path).json()["items"]) == 1
    site.call("DELETE", path).raise_for_status()
    assert site.get(path).json()["items"] == []


def use_everything(site: Site) -> tuple[str, str, str]:
    """All that a member can do, and a repeated webhook; returns e-mail address, order and licence."""
    email = site.become_account()
    site.post("/v1/sessions/refresh", {"refresh_token": site.refresh_token}).raise_for_status()
    track_id = site.get("/v1/tracks").json()["items"][0]["track_id"]
    assert site.download(track_id).status_code == 403
    particulars = {"name": "Ada Ltd", "address": ["1 Road"], "country": "HK"}
    site.call("PUT", "/v1/account/billing", particulars).raise_for_status()
    act_for_an_enterprise(site)
    order_id = str(site.become_member()["order_id"])
    httpx.post(f"{site.url}/_local/payments/{order_id}", json={"event": "duplicate"}).raise_for_status()
    for thing in ("account", "plans", "orders", f"orders/{order_id}", "licenses", "downloads", "allowance"):
        site.get(f"/v1/{thing}").raise_for_status()
    site.get(f"/v1/tracks/{track_id}/preview", follow_redirects=True).raise_for_status()
    site.get(f"/v1/tracks/{track_id}/waveform").raise_for_status()
    site.wait_for(lambda: site.get(f"/v1/orders/{order_id}/invoice").is_success)
    invoice = site.get(f"/v1/orders/{order_id}/invoice").json()
    site.wait_for(lambda: site.get(f"/v1/invoices/{invoice['number']}/document").is_success)
    for method in ("GET", "DELETE"):
        site.call(method, "/v1/account/billing").raise_for_status()
    key = uuid.uuid4().hex
    granted = [site.download(track_id, key=key).raise_for_status().json() for _ in range(2)]
    download_id = granted[0]["download_id"]
    link = site.post(f"/v1/downloads/{download_id}/links").raise_for_status().json()["url"]
    for url in (granted[0]["url"], link):
        httpx.get(url).raise_for_status()
    assert site.download(track_id).raise_for_status().json()["download_id"] == download_id
    for thing in (download_id, f"{download_id}/links"):
        site.get(f"/v1/downloads/{thing}").raise_for_status()
    number = license_it(site, download_id)
    license_a_batch(site)
    take_pack(site)
    have_devices(site)
    return email, order_id, number


def act_for_an_enterprise(site: Site) -> None:
    """Its particulars, what it consented to, and its letter of authority, which an operator refuses and accepts."""
    consented = site.accept("user-agreement", "privacy-policy", "premium-agreement")
    form = {"name": "Ada Ltd", "address": ["1 Road"], "country": "HK", "consented": consented}
    kept = site.call("PUT", "/v1/account/enterprise", form).raise_for_status().json()
    assert kept["declaration"]["status"] == "given"
    content = b"%PDF-1.7\n...\n%%EOF\n"
    file = {"name": "authority.pdf", "media_type": "application/pdf", "bytes": len(content)}
    announced = {**file, "sha256": sha256(content).hexdigest()}
    upload = site.post("/v1/account/enterprise/letters", announced).raise_for_status().json()
    httpx.put(upload["url"], content=content, headers=upload["headers"]).raise_for_status()
    letter_id = upload["letter_id"]
    assert site.get("/v1/account/enterprise").json()["letter_of_authority"]["status"] == "in_review"
    account_id = site.get("/v1/account").json()["account_id"]
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        ops.call("GET", "/letters-of-authority")
        ops.call("GET", f"/accounts/{account_id}/enterprise")
        path = f"/accounts/{account_id}/letters-of-authority"
        httpx.get(ops.call("GET", f"{path}/{letter_id}")["url"]).raise_for_status()
        for reason in ("not_legible", "authority_shown"):
            ops.call("POST", path, json={"letter_id": letter_id, "reason": reason})
    assert site.get("/v1/account/enterprise").json()["letter_of_authority"]["status"] == "accepted"


def have_devices(site: Site) -> None:
    """Devices are registered, claimed, tried and released."""
    serial, other = uuid.uuid4().hex, uuid.uuid4().hex
    for each in (serial, other):
        device = {"serial": each, "claim_code": "AB12-CD34", "model": "Doorbell"}
        site.post("/_local/devices", device).raise_for_status()
    ids = [
        site.post("/v1/devices", {"serial": each, "claim_code": "AB12-CD34"}).raise_for_status().json()["device_id"]
        for each in (serial, other)
    ]
    trial = {"device_id": ids[0], "accept": site.accept("cloud-agreement")}
    site.post("/v1/storage/trials", trial).raise_for_status()
    site.call("PATCH", f"/v1/devices/{ids[0]}", {"name": "Front door"}).raise_for_status()
    covers = {each["device_id"]: each["cover"]["status"] for each in site.get("/v1/devices").json()["items"]}
    assert covers == {ids[0]: "trial", ids[1]: "none"}
    assert site.call("DELETE", f"/v1/devices/{ids[0]}").json()["code"] == "device_covered"
    site.call("DELETE", f"/v1/devices/{ids[1]}").raise_for_status()
    record(site, ids[0])
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        assert "items" in ops.call("GET", "/devices")
        assert ops.call("POST", f"/devices/{ids[1]}/release", json={"reason": "sold"})["account_id"] is None


def record(site: Site, device_id: str) -> None:
    """A camera sends recordings with its own token; they are played and removed, or grow too old; one never comes."""
    token = site.post(f"/v1/devices/{device_id}/token").raise_for_status().json()["token"]
    path, of_device = f"/v1/devices/{device_id}/recordings", {"Authorization": f"Bearer {token}"}
    started = datetime.fromisoformat(site.get("/_local/clock").json()["now"])

    def announced(content: bytes, minutes: int, **more: object) -> dict[str, Any]:
        form = {
            "started_at": (started - timedelta(minutes=minutes)).isoformat(),
            "duration_seconds": 60,
            "media_type": "video/mp4",
            "bytes": len(content),
            "sha256": sha256(content).hexdigest(),
        }
        # Not as the member, who has another token.
        answer = site.http.post("/v1/device-recordings", json={**form, **more}, headers=of_device)
        return dict(answer.raise_for_status().json())

    def put(upload: dict[str, Any], content: bytes) -> httpx.Response:
        return httpx.put(upload["url"], content=content, headers=upload["headers"])

    first, second = b"A visitor.", b"Another one."
    made = [announced(content, minutes) for minutes, content in enumerate((first, second), 1)]
    for each, content in zip(made, (first, second), strict=True):
        put(each["upload"], content).raise_for_status()
    pieces = [bytes(5 * 1024 * 1024), b"The end."]
    digests = [sha256(piece).digest() for piece in pieces]
    parts = [{"bytes": len(piece), "sha256": digest.hex()} for piece, digest in zip(pieces, digests, strict=True)]
    whole = sha256(b"".join(digests)).hexdigest()
    long = announced(b"".join(pieces), 3, parts=parts, sha256=whole)
    tags = [
        put(part, piece).raise_for_status().headers["ETag"] for part, piece in zip(long["parts"], pieces, strict=True)
    ]
    listed = "".join(
        f"<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>" for number, tag in enumerate(tags, 1)
    )
    body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>"
    completion = long["completion"]
    httpx.post(completion["url"], content=body, headers=completion["headers"]).raise_for_status()
    given_up = [announced(b"".join(pieces), minutes, parts=parts, sha256=whole) for minutes in (5, 6)]
    site.call("DELETE", f"/v1/recordings/{given_up[0]['recording_id']}").raise_for_status()
    for _ in range(2 * DEVICE_UPLOADS.batch):
        announced(b"Nobody sends this.", 4)
    kept = {each["recording_id"] for each in (*made, long)}
    site.wait_for(
        lambda: {each["recording_id"] for each in site.get(path).json()["items"] if each["status"] == "kept"} == kept
    )
    put(made[1]["upload"], second).raise_for_status()  # again: the first file stays
    link = f"/v1/recordings/{made[0]['recording_id']}/link"
    played = httpx.get(site.get(link).raise_for_status().json()["url"], headers={"Range": "bytes=2-8"})
    assert (played.status_code, played.content) == (206, first[2:9])
    site.call("DELETE", f"/v1/recordings/{made[0]['recording_id']}").raise_for_status()
    site.post(f"/_local/recordings/{long['recording_id']}/age", {"days": 8}).raise_for_status()
    assert [each["recording_id"] for each in site.get(path).json()["items"] if each["status"] == "kept"] == [
        made[1]["recording_id"]
    ]
    assert site.call("DELETE", f"/v1/devices/{device_id}/token").status_code == 204


def license_a_batch(site: Site) -> None:
    """More tracks than one pass takes: the worker asks for the next pass before the first one's outcomes are seen."""
    tracks = [each["track_id"] for each in site.get("/v1/tracks").json()["items"][:2]]
    wish = {
        "tracks": [*tracks, *(f"unknown-{n}" for n in range(MOST_IN_A_PASS))],
        "rendition": "mp3",
        "project": {"name": "My series", "kind": "personal"},
        "purpose": "social_media",
        "platform": "youtube",
        "licensee": {"name": "Ada Lovelace", "kind": "individual"},
    }
    asked = site.post("/v1/license-batches", wish, key=uuid.uuid4().hex).raise_for_status().json()
    path = f"/v1/license-batches/{asked['batch_id']}"
    site.wait_for(lambda: site.get(path).json()["refused"] > 0)
    shown = site.get(path).json()
    assert [each["code"] for each in shown["items"][:3]] == [None, None, "track_not_found"]
    for each in shown["items"][:2]:
        site.get(f"/v1/licenses/{each['number']}/document", follow_redirects=True).raise_for_status()


def take_pack(site: Site) -> None:
    asked = site.post("/v1/project-packs", {"project": "My holiday"}, key=uuid.uuid4().hex).raise_for_status().json()
    path = f"/v1/project-packs/{asked['pack_id']}"
    site.wait_for(lambda: site.get(path).json()["status"] == "ready")
    httpx.get(site.get(path).json()["url"]).raise_for_status()


def take_data(site: Site, email: str) -> None:
    """Everything that is stored of an account, which has letters, invoices and files of tickets."""
    site.sign_in(email).raise_for_status()
    path = f"/v1/account/data-exports/{site.post('/v1/account/data-exports').raise_for_status().json()['export_id']}"
    site.wait_for(lambda: site.get(path).json()["status"] == "ready")
    shown = site.get(path).json()
    archive = httpx.get(shown["url"]).raise_for_status().content
    assert (len(archive), sha256(archive).hexdigest()) == (shown["bytes"], shown["sha256"])
    folders = {name.partition("/")[0] for name in ZipFile(BytesIO(archive)).namelist()}
    assert {
        "manifest.json",
        "account.json",
        "downloads.json",
        "letters",
        "letters-of-authority",
        "invoices",
        "attachments",
    } <= folders


def license_it(site: Site, download_id: str) -> str:
    form = {
        "download_id": download_id,
        "licensee": {"name": "Ada Lovelace", "kind": "individual"},
        "project": {"name": "My holiday", "kind": "personal"},
        "purpose": "social_media",
        "platform": "youtube",
    }
    number = site.post("/v1/licenses", form, key=uuid.uuid4().hex).raise_for_status().json()["number"]
    for thing in (
        f"v1/licenses/{number}",
        f"v1/licenses/{number}/dispute-text",
        f"v1/licenses/{number}/document",
        f"v1/verifications/{number}",
        ".well-known/jwks.json",
    ):
        site.get(f"/{thing}", follow_redirects=True).raise_for_status()
    letter = site.get(f"/v1/licenses/{number}/document").content
    pdf = {"Content-Type": "application/pdf"}
    assert site.http.post("/v1/verifications", content=letter, headers=pdf).json()["matches_record"]
    return str(number)


def be_told_and_ask(site: Site) -> None:
    """Notices, timeline, consents and tickets of a member, and what everybody may read."""
    for thing in (
        "status",
        "announcements",
        "processors",
        "account/timeline",
        "account/disclosures",
        "account/consents",
    ):
        site.get(f"/v1/{thing}").raise_for_status()
    site.call("PUT", "/v1/account/consents/marketing_mail", {"given": True}).raise_for_status()
    for given in (True, False):
        site.call("PUT", "/v1/account/consents/search_history", {"given": given}).raise_for_status()
        site.get("/v1/tracks?q=night+train").raise_for_status()
        kept = site.get("/v1/account/searches").raise_for_status().json()["items"]
        assert [each["q"] for each in kept] == ["night train"] * given
        if given:
            site.call("DELETE", "/v1/account/searches").raise_for_status()
            favourite = found(site, "")[0]["track_id"]
            site.call("PUT", f"/v1/favourites/{favourite}").raise_for_status()
            assert [each["track_id"] for each in site.get("/v1/favourites").json()["items"]] == [favourite]
            site.call("DELETE", f"/v1/favourites/{favourite}").raise_for_status()
            assert site.get("/v1/tracks/suggestions?q=r").json()["items"]
            assert site.get("/v1/tracks?usable_for=ads_promos").json()["usable"]["purpose"] == "ads_promos"
            assert site.get(f"/v1/tracks/{favourite}/similar").status_code == 200
            assert site.get("/v1/account/searches").json()["items"] == []
            site.get("/v1/tracks?q=night+train").raise_for_status()
    current = site.accept("user-agreement")[0]
    site.post("/v1/account/acceptances", current).raise_for_status()
    site.wait_for(lambda: site.get("/v1/notices?unread=true").json()["items"] != [])
    notice = site.get("/v1/notices").json()["items"][0]["notice_id"]
    site.post(f"/v1/notices/{notice}/read").raise_for_status()
    content = b"As it was shown to me."
    file = {
        "name": "shown.txt",
        "media_type": "text/plain",
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
    question = {"kind": "question", "subject": "An invoice", "text": "Where is it?", "attachments": [file]}
    ticket = site.post("/v1/tickets", question, key=uuid.uuid4().hex).raise_for_status().json()
    upload = ticket["uploads"][0]
    httpx.put(upload["url"], content=content, headers=upload["headers"]).raise_for_status()
    number = ticket["number"]
    assert site.get(f"/v1/tickets/{number}").json()["attachments"][0]["status"] == "checked"
    site.get("/v1/tickets").raise_for_status()
    site.post(f"/v1/tickets/{number}/messages", {"text": "And the one before."}).raise_for_status()
    report = {"email": site.get("/v1/account").json()["email"], "text": "Somebody else signs in."}
    site.post("/v1/account/misuse-reports", report).raise_for_status()
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        shown = ops.call("GET", f"/tickets/{number}")
        attachment = shown["attachments"][0]["attachment_id"]
        httpx.get(ops.call("GET", f"/tickets/{number}/attachments/{attachment}")["url"]).raise_for_status()
        ops.call("POST", f"/tickets/{number}/answers", json={"text": "It is on its way."})
        ops.call("GET", f"/accounts/{site.get('/v1/account').json()['account_id']}/timeline")


def ask_without_signing_in(site: Site) -> None:
    """The owner of an account proves by a code whose it is; the documents are reviewed as well."""
    email, content = site.become_account(), b"As it is on my passport."
    file = {
        "name": "passport.txt",
        "media_type": "text/plain",
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
    form = {"kind": "ownership", "email": email, "subject": "My account", "text": "It is mine.", "attachments": [file]}
    opened = site.http.post("/v1/support-requests", json=form).raise_for_status().json()
    number, upload = opened["ticket_number"], opened["uploads"][0]
    httpx.put(upload["url"], content=content, headers=upload["headers"]).raise_for_status()
    site.http.post(f"/v1/tickets/{number}/proof-codes", json={"email": email}).raise_for_status()
    text = site.http.get("/_local/mail", params={"to": email}).json()["items"][0]["text"]
    (code,) = re.findall(r"\b\d{8}\b", text)
    proof = {"email": email, "code": code}
    site.http.put(f"/v1/tickets/{number}/proof", json=proof).raise_for_status()
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        shown = ops.call("GET", f"/tickets/{number}")
        assert (shown["proof"], shown["email"]) == ("code", email)
        attachment = shown["attachments"][0]["attachment_id"]
        httpx.get(ops.call("GET", f"/tickets/{number}/attachments/{attachment}")["url"]).raise_for_status()
        reviewed = ops.call("POST", f"/tickets/{number}/review", json={"reason": "documents_reviewed"})
        assert reviewed["proof"] == "documents"


def leave(site: Site, email: str) -> None:
    """An account that is old enough is closed, and its address rests."""
    site.sign_in(email).raise_for_status()
    for withdrawn in (True, False):
        site.post("/v1/account/closing", {"forfeit": True}).raise_for_status()
        site.get("/v1/account/closing").raise_for_status()
        if withdrawn:
            site.call("DELETE", "/v1/account/closing").raise_for_status()
    account_id = site.get("/v1/account").json()["account_id"]
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        ops.call("GET", "/closings")
        assert "order" in {each["kind"] for each in ops.call("GET", "/retention")["items"]}
        ops.call("POST", f"/accounts/{account_id}/closing/decision", json={"outcome": "approve"})
        site.wait_for(lambda: ops.call("GET", f"/accounts/{account_id}")["status"] == "closed")
    form = {
        "email": email,
        "password": PASSWORD,
        "minor": False,
        "accept": site.accept("user-agreement", "privacy-policy"),
    }
    site.post("/v1/accounts", form).raise_for_status()


def be_erased(site: Site, account_id: str, filmed: Site) -> None:
    """An account with a bit of everything is held, closed, and erased once the hold is lifted; so is `filmed`."""
    be_erased_with_recordings(filmed)
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        path = f"/accounts/{account_id}"
        hold = ops.call("POST", f"{path}/holds", json={"reason": "litigation", "kinds": ["download"]})
        assert ops.call("GET", f"{path}/holds")["items"] == [hold]

        def erased() -> str:
            return str(ops.call("POST", f"{path}/erasure", json={"reason": "deceased"})["status"])

        def exported() -> dict[str, Any]:
            body = {"reason": "relatives_request", "ticket": "TKT-1"}
            return dict(ops.call("POST", f"{path}/data-exports", json=body))

        site.wait_for(lambda: exported()["status"] == "ready")
        httpx.get(exported()["url"]).raise_for_status()

        site.wait_for(lambda: erased() == "held")
        ops.call("POST", f"{path}/holds/{hold['hold_id']}/end", json={"reason": "ended"})
        site.wait_for(lambda: erased() == "done")
        receipt = ops.call("POST", f"{path}/erasure", json={"reason": "deceased"})
    shown = site.http.get(f"/v1/erasure-receipts/{receipt['erasure_id']}").raise_for_status().json()
    assert {"download", "file of a ticket"} <= {each["kind"] for each in shown["erased"]}
    assert "letter's document" in {each["kind"] for each in shown["kept"]}


def be_erased_with_recordings(site: Site) -> None:
    """An account whose device is on trial, with a recording that is still kept."""
    site.become_account()
    account_id, device_id = site.get("/v1/account").json()["account_id"], claim(site)
    trial = {"device_id": device_id, "accept": site.accept("cloud-agreement")}
    site.post("/v1/storage/trials", trial).raise_for_status()
    path, now = f"/v1/devices/{device_id}/recordings", site.get("/_local/clock").json()["now"]
    upload = site.post(path, {**RECORDING, "started_at": now}).raise_for_status().json()["upload"]
    httpx.put(upload["url"], content=CONTENT, headers=upload["headers"]).raise_for_status()
    site.wait_for(lambda: [each["status"] for each in site.get(path).json()["items"]] == ["kept"])
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        erasure = f"/accounts/{account_id}/erasure"
        site.wait_for(lambda: ops.call("POST", erasure, json={"reason": "deceased"})["status"] == "done")


def let_an_hour_pass(site: Site) -> None:
    """What runs every hour, runs."""
    listed = site.get("/v1/status-list").raise_for_status().text
    site.http.post("/_local/clock", json={"advance_seconds": 3600}).raise_for_status()
    site.wait_for(lambda: site.get("/v1/status-list").text != listed)


def buy_business(site: Site, company: str | None = None) -> str:
    """Returns the number of the agreement, which names the company as the end user."""
    site.become_account()
    if company is not None:
        particulars = {"name": company, "address": ["1 Road"], "country": "HK"}
        site.call("PUT", "/v1/account/billing", particulars).raise_for_status()
    path = f"/v1/orders/{site.become_member('business')['order_id']}/agreement"
    site.wait_for(lambda: site.get(path).status_code == 200)
    assert site.get(path, headers={"Accept": "application/pdf"}).content.startswith(b"%PDF-")
    agreement = site.get(path).json()
    assert agreement["end_user"] == company
    return str(agreement["number"])


def correct_names(site: Site, agreement: str) -> None:
    """A spelling of the end user's name, on its agreement."""
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        correction = {"reason": "misspelt_name", "name": "Acme Films Ltd"}
        corrected = ops.call("POST", f"/licenses/{agreement}/supersession", json=correction)
    assert (corrected["supersedes"], corrected["end_user"]) == (agreement, "Acme Films Ltd")
    assert site.get("/v1/account").json()["end_user"] == "Acme Films Ltd"
    assert site.get(f"/v1/verifications/{agreement}").json()["superseded_by"] == corrected["number"]


def operate(site: Site, folder: Path, email: str, order_id: str, number: str) -> None:
    noise = np.random.default_rng().uniform(-0.3, 0.3, 44_100)
    soundfile.write(folder / "policy use.wav", noise, 44_100)
    name_rules = publications_in(ROOT / "config" / "name-rules.toml")[0]
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        account_id = ops.call("GET", "/accounts", query={"email": email})["account_id"]
        ops.call("GET", f"/accounts/{account_id}")
        assert "items" in ops.call("GET", "/account-list", query={"status": "active"})
        ops.call("GET", f"/orders/{order_id}")
        another = {"reason": "misspelt_name", "name": "Ada King", "evidence": "ticket T-17"}
        proposal = ops.call("POST", f"/licenses/{number}/supersession", json=another)
        assert ops.call("GET", f"/licenses/{number}/correction") == proposal
        approval = {"proposal_id": proposal["proposal_id"]}
        with pytest.raises(OpsError, match="another operator"):
            ops.call("POST", f"/licenses/{number}/correction/approval", json=approval)
        correction = {"reason": "misspelt_name", "name": "Ada Lovelaice"}
        ops.call("POST", f"/licenses/{number}/supersession", json=correction)
        ops.call("POST", f"/licenses/{number}/revocation", json={"reason": "impersonation"})
        for _ in range(2):
            summary = Importer(ops, Wishes(kind="music")).run(folder, "policy-use")
            assert not summary.refused
        track_id = ops.call("GET", "/tracks")["items"][0]["track_id"]
        title = ops.call("GET", f"/tracks/{track_id}")["title"]
        assert ops.call("PATCH", f"/tracks/{track_id}", json={"title": "Another"})["title"] == "Another"
        assert ops.call("PATCH", f"/tracks/{track_id}", json={"title": title})["title"] == title
        assert ops.call("POST", f"/tracks/{track_id}/withdrawal")["withdrawn_at"] is not None
        assert ops.call("DELETE", f"/tracks/{track_id}/withdrawal")["withdrawn_at"] is None
        site.wait_for(lambda: title in {each["title"] for each in found(site, title)})
        assert ops.call("GET", "/search-explanation", query={"q": title, "track_id": track_id})["explanation"]
        assert ops.call("GET", "/search-statistics")["least_members"] > 1
        assert ops.call("POST", "/item-upgrades", json={})["read"]
        ops.call("POST", "/search-rebuilds")
        with pytest.raises(OpsError, match="embedded"):
            ops.call("POST", "/search-reindexing")
        assert ops.call("GET", "/publications", query={"kind": "plans"})["items"]
        later = {"kind": "name-rules", "version": "policy-use", "effective_at": "2099-01-01T00:00:00Z"}
        ops.call("POST", "/publications", json={**name_rules, **later})


def found(site: Site, words: str) -> list[Any]:
    """What a search finds."""
    items: list[Any] = site.http.get("/v1/tracks", params={"q": words}).raise_for_status().json()["items"]
    return items


def replay(site: Site) -> None:
    """A refund of an unknown payment, what operators do about it, and the sweep ten minutes later."""
    about = {"id": "re_policy", "object": "refund", "payment_intent": "pi_policy", "amount": 1, "status": "succeeded"}
    now = int(site.get("/_local/clock").json()["epoch"])
    event = {"id": "evt_policy", "type": "refund.created", "created": now, "data": {"object": about}}
    body, secret = json.dumps(event), site.get("/_local/webhook-secret").json()["secret"]
    signature = {"Stripe-Signature": WebhookSignature.generate_signature_header(body, secret, now)}
    httpx.post(f"{site.url}/v1/webhooks/stripe", content=body, headers=signature).raise_for_status()
    path = "/payments/stripe/evt_policy"
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        site.wait_for(lambda: ops.call("GET", path)["status"] == "unattached")
        unattached = ops.call("GET", "/payments", query={"shelf": "unattached"})["items"]
        assert [each["event_id"] for each in unattached] == ["evt_policy"]
        ops.call("POST", f"{path}/replay")
        ops.call("POST", "/payment-replays/dead-letters")
        site.post("/_local/clock", {"advance_seconds": 601}).raise_for_status()
        site.wait_for(lambda: used(site, "EveryTenMinutesSweepInboxFunction", "dynamodb:GetItem"))
        ops.call("POST", f"{path}/ruling", json={"reason": "it is a test's"})


def used(site: Site, function: str, action: str) -> bool:
    calls = site.get("/_local/calls").json()["items"]
    return any((each["function"], each["action"]) == (function, action) for each in calls)


def download_as_a_script(site: Site) -> str:
    """Until anti-fraud restricts the account; returns its address."""
    email = site.become_account()
    site.become_member()
    track_id = site.get("/v1/tracks").json()["items"][0]["track_id"]
    for number in range(20):
        site.download(track_id, project={"name": f"Clip {number}", "kind": "personal"}, purpose="social_media")
    site.wait_for(lambda: site.get("/v1/allowance").json()["restricted_until"] is not None)
    return email


def decide(site: Site, email: str) -> None:
    """What operators do about an account that anti-fraud found."""
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        account_id = ops.call("GET", "/accounts", query={"email": email})["account_id"]

        def cases() -> list[str]:
            return [each["case_id"] for each in ops.call("GET", "/cases")["items"] if each["account_id"] == account_id]

        site.wait_for(lambda: cases() != [])  # it is opened after the restriction
        case = ops.call("GET", f"/cases/{cases()[0]}")
        for measure, reason in (
            ("lift", "cleared"),
            ("freeze", "fraud"),
            ("unfreeze", "cleared"),
            ("ban", "fraud"),
            ("unban", "cleared"),
        ):
            ops.call("POST", f"/accounts/{account_id}/measures", json={"measure": measure, "reason": reason})
        correction = {"fields": ["country"], "until": "2099-01-01T00:00:00Z"}
        ops.call("POST", f"/accounts/{account_id}/corrections", json=correction)
        ops.call("DELETE", f"/accounts/{account_id}/corrections")
        decision = {"outcome": "unfounded", "reason": "cleared"}
        ops.call("POST", f"/cases/{case['case_id']}/decision", json=decision)


def lose_webhooks(site: Site) -> None:
    """What never arrives is found by an operator, and by the schedule an hour later."""
    site.become_account()
    order_id = str(site.become_member()["order_id"])

    def happens(event: str, **more: object) -> None:
        form = {"event": event, "deliver": False, **more}
        httpx.post(f"{site.url}/_local/payments/{order_id}", json=form).raise_for_status()

    happens("partial_refund", amount=1)
    happens("partial_refund", amount=2, list=False)
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        assert ops.call("POST", "/payments/reconciliations", json={"since": "2020-01-01T00:00:00Z"})["fed_in"] == 3
        assert ops.call("POST", f"/orders/{order_id}/reconciliation")["fed_in"] == 0
    happens("partial_refund", amount=3)
    happens("partial_refund", amount=4, list=False)
    site.http.post("/_local/clock", json={"advance_seconds": 4500}).raise_for_status()
    # An hour after the rebuild nobody reads the packs that it replaced.
    with contextlib.closing(connect(f"{site.url}/ops")) as ops:
        track_id = ops.call("GET", "/tracks")["items"][0]["track_id"]
        ops.call("POST", f"/tracks/{track_id}/withdrawal")
        ops.call("DELETE", f"/tracks/{track_id}/withdrawal")


def register_a_license(member: Site, anyone: Site) -> None:
    """A licence enters the register and is looked up by number; so is one that does not exist."""
    number = member.get("/v1/licenses").json()["items"][0]["number"]
    for _ in range(4 * REGISTER.batch):  # as with searches
        anyone.get("/v1/register/entries")
    assert anyone.get(f"/v1/register/inclusion/{license_number('0' * 23)}").status_code == 404
    proof_of(anyone, number, "license")
    with contextlib.closing(connect(f"{member.url}/ops")) as ops:
        ops.call("POST", f"/licenses/{number}/register-entries")


def buy_what_is_no_membership(visitor: Callable[[], Site]) -> None:
    """Cloud storage, and licences beyond the rights matrix."""
    subscribe_and_cancel(visitor())
    license_beyond_the_matrix(visitor)
    close_with_a_plan(visitor())


@pytest.mark.usefixtures("production_limits")
def test_policies_allow_what_is_called_and_nothing_more(
    cloud: Handle, visitor: Callable[[], Site], tmp_path: Path
) -> None:
    sign_up_twice_before_the_code(visitor())
    care_for_access(visitor())
    lose_mail(visitor())
    get_offers(visitor(), uuid.uuid4().hex)
    for consent in (True, False):
        sign_up_as_a_minor(visitor(), consent=consent)
    waiting = wait_for_a_guardian(visitor())
    enter_by_another_provider(visitor())
    sign_up_as_a_minor(visitor())
    member = visitor()
    for _ in range(4 * SEARCH.batch):  # a few processes may share them, and each counts a batch by itself
        member.get("/v1/tracks").raise_for_status()
    used_by_member = use_everything(member)
    member_id = str(member.get("/v1/account").json()["account_id"])
    be_told_and_ask(member)
    ask_without_signing_in(visitor())
    operate(member, tmp_path, *used_by_member)
    buy_business(visitor())
    enterprise = visitor()
    correct_names(enterprise, buy_business(enterprise, "Acme Flims Ltd"))
    scripted = visitor()
    decide(scripted, download_as_a_script(scripted))
    register_a_license(member, visitor())  # after all else that this member does, as it lets hours pass
    lose_webhooks(visitor())
    let_an_hour_pass(member)
    replay(visitor())
    buy_what_is_no_membership(visitor)

    leaver, quitter = visitor(), visitor()
    leaving = leaver.become_account()
    quitter.become_account()
    for _ in range(3):  # the worker may fold a decision, and publish it, before the function that queued it
        quitter.become_member()
        quitter.post("/v1/membership/cancellation", {"without_refund": "yes"}).raise_for_status()
    days = 24 * 86_400  # until a week before the end of what was bought
    httpx.post(f"{member.url}/_local/clock", json={"advance_seconds": days}).raise_for_status()

    leave(leaver, leaving)
    with contextlib.closing(connect(f"{member.url}/ops")) as ops:
        member.wait_for(lambda: ops.call("GET", f"/accounts/{waiting}")["status"] == "closed")
    take_data(member, used_by_member[0])
    be_erased(member, member_id, visitor())
    # Nobody uses an account for long: the members are warned.
    httpx.post(f"{member.url}/_local/clock", json={"advance_seconds": 320 * 86_400}).raise_for_status()

    policies, exemptions = read_policies(cloud.folder / "policies.json"), read_exemptions(EXCEPTIONS)

    def left() -> list[str]:
        return unused(policies, read_uses(cloud.calls), exemptions)

    def left_beside_retention() -> list[str]:
        return [each for each in left() if not each.startswith("EveryDayApplyRetentionFunction ")]

    with contextlib.suppress(TimeoutError):  # queues and streams lag behind; what is still missing then is reported
        member.wait_for(lambda: not left_beside_retention())
    assert left_beside_retention() == []
    # Terms of retention are over.
    httpx.post(f"{member.url}/_local/clock", json={"advance_seconds": 7 * 366 * 86_400}).raise_for_status()
    with contextlib.suppress(TimeoutError):
        member.wait_for(lambda: not left())

    assert refused(policies, read_uses(cloud.calls)) == []
    assert left() == []
