"""A member who leaves one of everything, through the routes: each string is nowhere else in the product."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

import httpx
from stripe import WebhookSignature

from infra.demo.site import Site
from infra.ops.client import OpsClient
from tests.e2e.subscribing import buy, claim
from tests.factories.oidc_server import OidcServer
from tests.factories.special_licenses import stated
from tests.factories.storage import RECORDING

SOURCE = "127.77.66.55"  # of loopback, as every address of 127.0.0.0/8
SECRET_WORD = "Quetzalcoatl7 mumblecore"
# What the member leaves, by what it is; each string is nowhere else in the product.
LEFT = {
    "email": "bounce+ottoline.quist@simulator.amazonses.com",  # mail to it bounces
    "guardian": "guardian.quist@example.org",
    "address": SOURCE,
    "device": "QuistPhone/9",
    "display name": "Ottoline Quist",
    "nickname": "Quistling",
    "signature": "Verily Quist",
    "education": "Quistonian College",
    "occupation": "Quist-maker",
    "company": "Quistorium Limited",
    "street": "7 Quistgate Road",
    "licensee": "Quisty Pictures",
    "corrected licensee": "Quisty Picture",
    "project": "Quistly holidays",
    "ticket": "Quistion of an invoice",
    "message": "Quistful thanks",
    "file": "Quistified evidence",
    "misuse": "Quistless intruders",
    "support": "Quistable ownership",
    "search": "quistodrome",
    "reason": "Quistened enough",
    "disclosed": "Quistland Revenue",
    "device name": "Quistoscope",
    "released device": "Quistophone",
    "recording": "Quistward footage",
    "represented company": "Quistmont Holdings",
    "its street": "9 Quistmont Alley",
    "authority": "Quistmont authorises her",
    "letter's name": "quistmont.pdf",
    "special licensee": "Quistova Games",
    "special project": "Quistova two",
    "proposed name": "Somebody Quistless",
    "proof": "Quistport number nine",
    "refused project": "Quistian enterprise",
    "damages": "Quistclaim of a court",
}


def sign_up(site: Site, look: Callable[[], None]) -> str:
    """A minor whose guardian consents; returns the account's id. `look`s at what is stored on the way."""
    form = {
        "email": LEFT["email"],
        "password": SECRET_WORD,
        "display_name": LEFT["display name"],
        "country": "HK",
        "minor": True,
        "guardian_email": LEFT["guardian"],
        "accept": site.accept("user-agreement", "privacy-policy"),
    }
    account_id = str(site.post("/v1/accounts", form).raise_for_status().json()["account_id"])
    code = site.code_for(LEFT["email"])
    look()
    site.post("/v1/accounts/verification", {"email": LEFT["email"], "code": code}).raise_for_status()
    look()
    text = site.http.get("/_local/mail", params={"to": LEFT["guardian"]}).json()["items"][0]["text"]
    answer = {"token": text.split("token=")[1].split()[0], "consent": True}
    site.post("/v1/guardian-consents", answer).raise_for_status()
    sign_in(site)
    return account_id


def sign_in(site: Site) -> None:
    form = {"email": LEFT["email"], "password": SECRET_WORD}
    opened = site.post("/v1/sessions", form).raise_for_status().json()
    site.token, site.refresh_token = opened["access_token"], opened["refresh_token"]


def describe_oneself(site: Site) -> None:
    particulars = {each: LEFT[each] for each in ("nickname", "signature", "education", "occupation")}
    tag = site.get("/v1/account").headers["ETag"]
    changed = site.call("PATCH", "/v1/account", {**particulars, "birthday": "2011-02-03"}, headers={"If-Match": tag})
    changed.raise_for_status()
    billing = {"name": LEFT["company"], "address": [LEFT["street"]], "country": "HK"}
    site.call("PUT", "/v1/account/billing", billing).raise_for_status()
    for consent in ("marketing_mail", "search_history"):
        site.call("PUT", f"/v1/account/consents/{consent}", {"given": True}).raise_for_status()
    site.get(f"/v1/tracks?q={LEFT['search']}").raise_for_status()
    site.wait_for(lambda: site.get("/v1/account/searches").json()["items"] != [])
    provider = OidcServer(site.get("/v1/third-party-provider").raise_for_status().json()["issuer"])
    path = "/v1/account/third-party-logins"
    visit = site.post(path).raise_for_status().json()
    state, code = provider.visit(visit["authorization_url"], uuid.uuid4().hex)
    back = {"sign_in_id": visit["sign_in_id"], "state": state, "code": code}
    site.call("PUT", path, back).raise_for_status()


def buy_and_license(site: Site) -> tuple[str, str]:
    """A membership with its invoice, a download with links, a letter, a pack and a batch.

    Returns the letter's number and the order.
    """
    order_id = str(site.become_member()["order_id"])
    site.wait_for(lambda: site.get(f"/v1/orders/{order_id}/invoice").is_success)
    track_id = first_track(site)
    site.call("PUT", f"/v1/favourites/{track_id}").raise_for_status()
    project = {"name": LEFT["project"], "kind": "personal"}
    granted = site.download(track_id, project=project, purpose="social_media", platform="youtube")
    download_id = granted.raise_for_status().json()["download_id"]
    site.post(f"/v1/downloads/{download_id}/links").raise_for_status()
    form = {"download_id": download_id, "licensee": {"name": LEFT["licensee"], "kind": "individual"}}
    number = site.post("/v1/licenses", form, key=uuid.uuid4().hex).raise_for_status().json()["number"]
    site.get(f"/v1/licenses/{number}/document", follow_redirects=True).raise_for_status()
    asked = site.post("/v1/project-packs", {"project": LEFT["project"]}, key=uuid.uuid4().hex)
    path = f"/v1/project-packs/{asked.raise_for_status().json()['pack_id']}"
    site.wait_for(lambda: site.get(path).json()["status"] == "ready")
    wish = {**form, "tracks": [track_id], "rendition": "wav", "project": project, "purpose": "social_media"}
    del wish["download_id"]
    wish["platform"] = "youtube"
    batch = site.post("/v1/license-batches", wish, key=uuid.uuid4().hex).raise_for_status().json()["batch_id"]
    site.wait_for(lambda: site.get(f"/v1/license-batches/{batch}").json()["status"] == "done")
    return str(number), order_id


def have_devices(site: Site) -> None:
    """One released, one on trial with a recording that is kept, and one whose year was bought and given back."""
    released = claim(site, name=LEFT["released device"])
    site.call("DELETE", f"/v1/devices/{released}").raise_for_status()
    device_id = claim(site, name=LEFT["device name"])
    trial = {"device_id": device_id, "accept": site.accept("cloud-agreement")}
    site.post("/v1/storage/trials", trial).raise_for_status()
    path, content = f"/v1/devices/{device_id}/recordings", LEFT["recording"].encode()
    about = {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    form = {**RECORDING, **about, "started_at": site.get("/_local/clock").json()["now"]}
    upload = site.post(path, form).raise_for_status().json()["upload"]
    httpx.put(upload["url"], content=content, headers=upload["headers"]).raise_for_status()
    site.wait_for(lambda: [each["status"] for each in site.get(path).json()["items"]] == ["kept"])
    year = buy(site, claim(site), "year")
    site.post(f"/_local/payments/{year['order_id']}", {"event": "refund"}).raise_for_status()


def act_for_a_company(site: Site) -> None:
    """Its particulars, what it consented to, its letter of authority."""
    company = {"name": LEFT["represented company"], "address": [LEFT["its street"]], "country": "HK"}
    consented = site.accept("user-agreement", "privacy-policy", "premium-agreement")
    site.call("PUT", "/v1/account/enterprise", {**company, "consented": consented}).raise_for_status()
    content = f"%PDF-1.7\n{LEFT['authority']}\n%%EOF\n".encode()
    file = {"name": LEFT["letter's name"], "media_type": "application/pdf", "bytes": len(content)}
    announced = {**file, "sha256": sha256(content).hexdigest()}
    upload = site.post("/v1/account/enterprise/letters", announced).raise_for_status().json()
    httpx.put(upload["url"], content=content, headers=upload["headers"]).raise_for_status()


def be_quoted_a_special_license(site: Site, ops: OpsClient, account_id: str) -> None:
    """It is paid, its letter issued and its file taken; another quote is withdrawn."""
    now = datetime.fromisoformat(site.get("/_local/clock").raise_for_status().json()["now"])
    licensee = {"name": LEFT["special licensee"], "kind": "enterprise"}
    track_id = first_track(site)
    terms = stated(licensee=licensee, tracks=[track_id], projects=[LEFT["special project"]])
    until = (now + timedelta(days=14)).isoformat()
    wanted = {"terms": terms, "amount": 120000, "currency": "USD", "valid_until": until}
    sooner = {**wanted, "valid_until": (now + timedelta(days=7)).isoformat()}
    withdrawn = ops.call("POST", f"/accounts/{account_id}/quotes", json=sooner)["order_id"]
    ops.call("POST", f"/quotes/{withdrawn}/withdrawal", json={"reason": "untrue_data"})
    order_id = ops.call("POST", f"/accounts/{account_id}/quotes", json=wanted)["order_id"]
    shown = site.get(f"/v1/orders/{order_id}/terms").raise_for_status().json()
    accepted = {"amount": 120000, "currency": "USD", "terms_sha256": shown["terms_sha256"]}
    checkout = site.post(f"/v1/orders/{order_id}/confirmation", accepted).raise_for_status().json()["checkout_url"]
    httpx.post(checkout, json={"outcome": "paid"}).raise_for_status()
    site.wait_for(lambda: site.get(f"/v1/orders/{order_id}/license").is_success)
    site.post(f"/v1/orders/{order_id}/links", {"track_id": track_id, "rendition": "wav"}).raise_for_status()


def have_names_corrected(site: Site, ops: OpsClient, number: str, order_id: str) -> None:
    """Of a letter and of a music licence agreement; another person's name waits for a second operator."""
    path = f"/v1/orders/{order_id}/agreement"
    site.post(path, {"language": "en"}).raise_for_status()
    site.wait_for(lambda: site.get(path).is_success)
    correction = {"reason": "misspelt_name", "name": LEFT["corrected licensee"]}
    ops.call("POST", f"/licenses/{number}/supersession", json=correction)  # and the agreement, of the same end user
    current = site.get("/v1/licenses").json()["items"][0]["number"]
    proposed = {"reason": "misspelt_name", "name": LEFT["proposed name"], "evidence": LEFT["proof"]}
    ops.call("POST", f"/licenses/{current}/supersession", json=proposed)


def be_suspected(site: Site, ops: OpsClient, account_id: str) -> None:
    """Anti-fraud opens a case, which is found unfounded; a request is refused, a letter revoked, damages recorded."""
    company = {"name": LEFT["refused project"], "kind": "enterprise"}
    assert site.download(first_track(site), project=company, purpose="social_media").status_code == 403
    for number in range(20):
        site.download(first_track(site), project={"name": f"Clip {number}", "kind": "personal"}, purpose="social_media")

    def case() -> str | None:
        items = ops.call("GET", "/cases")["items"]
        return next((str(each["case_id"]) for each in items if each["account_id"] == account_id), None)

    site.wait_for(lambda: case() is not None)
    ops.call("POST", f"/cases/{case()}/decision", json={"outcome": "unfounded", "reason": "cleared"})
    ops.call("POST", f"/accounts/{account_id}/measures", json={"measure": "lift", "reason": "cleared"})
    claim = {"amount": 200_000, "reason": "out_of_scope_use", "tracks": [first_track(site)]}
    ops.call("POST", f"/accounts/{account_id}/damages", json={**claim, "reference": LEFT["damages"]})
    current = site.get("/v1/licenses").json()["items"][0]["number"]
    ops.call("POST", f"/licenses/{current}/revocation", json={"reason": "out_of_scope_use"})


def be_written_to(site: Site, ops: OpsClient, account_id: str) -> None:
    """A text is taken off, data are to be corrected, a breach is announced, data were disclosed."""
    told = {"at": "2026-11-20T00:00:00Z", "to": LEFT["disclosed"], "what": "invoices", "why": "audit", "basis": "law"}
    ops.call("POST", f"/accounts/{account_id}/disclosures", json=told)
    taken_off = {"field": "signature", "reason": "breach_of_rules"}
    ops.call("POST", f"/accounts/{account_id}/texts", json=taken_off)
    correction = {"fields": ["country"], "until": "2099-01-01T00:00:00Z"}
    ops.call("POST", f"/accounts/{account_id}/corrections", json=correction)
    breach = {"kind": "breach", "subject": "What happened", "text": "What was done.", "listed": True}
    path = f"/mailings/{ops.call('POST', '/mailings', json=breach)['mailing_id']}"
    ops.call("PUT", f"{path}/parts/0", json={"account_ids": [account_id]})
    ops.call("POST", f"{path}/start")
    site.post("/_local/clock", {"advance_seconds": 61}).raise_for_status()
    site.wait_for(lambda: ops.call("GET", path)["status"] == "done")


def have_a_payment_attached(site: Site, ops: OpsClient, account_id: str) -> None:
    """A refund of an unknown payment, which an operator finds to be this account's."""
    name = f"evt_{uuid.uuid4().hex}"
    refund = {
        "id": f"re_{name}",
        "object": "refund",
        "payment_intent": f"pi_{name}",
        "amount": 1,
        "status": "succeeded",
    }
    now = int(site.get("/_local/clock").json()["epoch"])
    event = {"id": name, "type": "refund.created", "created": now, "data": {"object": refund}}
    body, secret = json.dumps(event), site.get("/_local/webhook-secret").json()["secret"]
    signature = {"Stripe-Signature": WebhookSignature.generate_signature_header(body, secret, now)}
    httpx.post(f"{site.url}/v1/webhooks/stripe", content=body, headers=signature).raise_for_status()
    path = f"/payments/stripe/{name}"
    site.wait_for(lambda: ops.call("GET", path)["status"] == "unattached")
    ops.call("POST", f"{path}/ruling", json={"reason": "shown by its bank", "account_id": account_id})


def first_track(site: Site) -> str:
    return str(site.get("/v1/tracks").json()["items"][0]["track_id"])


def write_to_customer_service(site: Site, ops: OpsClient) -> list[str]:
    """A ticket with a file, a report of misuse, a request without sign-in; returns their numbers."""
    content = LEFT["file"].encode()
    file = {
        "name": "evidence.txt",
        "media_type": "text/plain",
        "bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
    form = {"kind": "question", "subject": LEFT["ticket"], "text": "Where is it?", "attachments": [file]}
    ticket = site.post("/v1/tickets", form, key=uuid.uuid4().hex).raise_for_status().json()
    upload = ticket["uploads"][0]
    httpx.put(upload["url"], content=content, headers=upload["headers"]).raise_for_status()
    number = str(ticket["number"])
    site.post(f"/v1/tickets/{number}/messages", {"text": LEFT["message"]}).raise_for_status()
    ops.call("POST", f"/tickets/{number}/answers", json={"text": "It is on its way."})
    report = {"email": LEFT["email"], "text": LEFT["misuse"]}
    misuse = site.post("/v1/account/misuse-reports", report).raise_for_status().json()["ticket_number"]
    asked = {"kind": "ownership", "email": LEFT["email"], "subject": "My account", "text": LEFT["support"]}
    support = site.http.post("/v1/support-requests", json=asked).raise_for_status().json()["ticket_number"]
    return [number, misuse, support]


def leave_everything(site: Site, ops: OpsClient, look: Callable[[], None]) -> str:
    """One of everything; returns the account's id. `look`s at what is stored before it is gone again."""
    account_id = sign_up(site, look)
    describe_oneself(site)
    act_for_a_company(site)
    have_devices(site)
    number, order_id = buy_and_license(site)
    tickets = write_to_customer_service(site, ops)
    be_quoted_a_special_license(site, ops, account_id)
    have_names_corrected(site, ops, number, order_id)
    be_suspected(site, ops, account_id)
    have_a_payment_attached(site, ops, account_id)
    be_written_to(site, ops, account_id)
    hold = ops.call("POST", f"/accounts/{account_id}/holds", json={"reason": "litigation", "kinds": ["download"]})
    site.wait_for(lambda: LEFT["signature"] in str(site.get("/v1/notices").json()))
    export = site.post("/v1/account/data-exports").raise_for_status().json()["export_id"]
    site.wait_for(lambda: site.get(f"/v1/account/data-exports/{export}").json()["status"] == "ready")
    site.post("/v1/account/freeze-codes").raise_for_status()
    look()
    for each in tickets:
        ops.call("POST", f"/tickets/{each}/closing", json={"reason": "settled"})
    ops.call("POST", f"/accounts/{account_id}/holds/{hold['hold_id']}/end", json={"reason": "ended"})
    ops.call("DELETE", f"/accounts/{account_id}/corrections")
    return account_id
