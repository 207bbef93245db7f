"""The main job over HTTP, through the gateway, as the website does it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from infra.demo.site import PASSWORD, Site
from infra.demo.story import tell


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.usefixtures("production_limits")
def test_the_whole_story(site: Site) -> None:
    tell(site, print)


@pytest.mark.clause("U-0.accept")
def test_a_sign_up_needs_current_acceptances_and_a_decent_name(site: Site) -> None:
    form = {"email": "x@example.org", "password": PASSWORD, "minor": False}
    outdated = [{"agreement": each, "version": "2020-01-01"} for each in ("user-agreement", "privacy-policy")]
    answer = site.post("/v1/accounts", {**form, "display_name": "Adm1nistrator", "accept": outdated})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    found = {(each["field"], each["code"]) for each in answer.json()["errors"]}
    assert found == {("display_name", "prohibited_word"), ("accept", "acceptance_outdated")}


def test_strangers_do_not_learn_who_has_an_account(site: Site) -> None:
    email = site.become_account()
    form = {
        "email": email,
        "password": PASSWORD,
        "minor": False,
        "accept": site.accept("user-agreement", "privacy-policy"),
    }
    again = site.post("/v1/accounts", form)
    fresh = site.post("/v1/accounts", {**form, "email": f"{uuid.uuid4().hex}@example.org"})
    assert again.status_code == fresh.status_code == 201
    assert again.json().keys() == fresh.json().keys()
    assert again.json()["status"] == fresh.json()["status"]
    mails = site.http.get("/_local/mail", params={"to": email}).json()["items"]
    assert "already" in mails[0]["subject"]


def test_known_and_unknown_addresses_get_the_same_responses(site: Site) -> None:
    known, waiting, unknown = site.become_account(), *(f"{uuid.uuid4().hex}@example.org" for _ in range(2))
    form = {"password": PASSWORD, "minor": False, "accept": site.accept("user-agreement", "privacy-policy")}
    site.post("/v1/accounts", {**form, "email": waiting}).raise_for_status()

    def answers(email: str) -> list[tuple[int, object]]:
        asked = [
            ("/v1/sessions", {"email": email, "password": "Wrong4password xx"}),
            ("/v1/accounts/verification", {"email": email, "code": ""}),
            ("/v1/accounts/verification", {"email": email, "code": "wrong"}),
            ("/v1/accounts/verification", {"email": email, "code": "12345678", "password": PASSWORD}),
            ("/v1/accounts", {**form, "email": email, "password": "weak"}),
        ]
        return [(answer.status_code, answer.json()) for answer in (site.post(*each) for each in asked)]

    assert answers(known) == answers(waiting) == answers(unknown)
    assert site.post("/v1/sessions", {"email": waiting, "password": PASSWORD}).status_code == 401


def test_of_sign_ups_at_once_each_is_held_and_the_first_code_proves_one(site: Site) -> None:
    email = f"{uuid.uuid4().hex}@example.org"
    form = {"email": email, "minor": False, "accept": site.accept("user-agreement", "privacy-policy")}
    others = [f"{uuid.uuid4().hex}@example.org" for _ in range(4)]

    def sign_up(number: int) -> int:
        address = email if number % 2 else others[number // 2]
        return site.post("/v1/accounts", {**form, "email": address, "password": f"{PASSWORD} {number}"}).status_code

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(sign_up, range(8))) == [201] * 8
    assert len(site.http.get("/_local/mail", params={"to": email}).json()["items"]) == 4
    proof = {"email": email, "code": site.code_for(email)}
    assert site.post("/v1/accounts/verification", proof).status_code == 204
    signed_in = [
        site.post("/v1/sessions", {"email": email, "password": f"{PASSWORD} {number}"}).status_code
        for number in (1, 3, 5, 7)
    ]
    assert sorted(signed_in) == [201, 401, 401, 401]


def test_a_later_sign_up_needs_its_password_beside_the_code(site: Site) -> None:
    email = f"{uuid.uuid4().hex}@example.org"
    form = {"email": email, "minor": False, "accept": site.accept("user-agreement", "privacy-policy")}
    site.post("/v1/accounts", {**form, "password": "Squatters4password"}).raise_for_status()
    site.post("/v1/accounts", {**form, "password": PASSWORD}).raise_for_status()
    newest = site.http.get("/_local/mail", params={"to": email}).json()["items"][0]["text"]
    later = re.search(r"\b\d{8}\b", newest)
    assert later
    proof = {"email": email, "code": later.group()}
    refused = site.post("/v1/accounts/verification", proof)
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [("password", "required")]
    wrong = site.post("/v1/accounts/verification", {**proof, "password": "Squatters4password"})
    assert code(wrong) == (422, "wrong_code")
    assert site.post("/v1/accounts/verification", {**proof, "password": PASSWORD}).status_code == 204
    assert code(site.post("/v1/sessions", {"email": email, "password": "Squatters4password"})) == (
        401,
        "wrong_credentials",
    )
    assert site.sign_in(email).status_code == 201


@pytest.mark.parametrize("route", ["/v1/accounts", "/v1/accounts/verification", "/v1/sessions"])
def test_an_address_that_cannot_be_written_to_is_named(site: Site, route: str) -> None:
    form = {"password": PASSWORD, "minor": False, "accept": [], "code": "123456"}
    for odd in ("a..b@c.de", "a@c.de\r\nBcc: d@e.de", "ü@c.de", "a@[1.2.3.4]", "a" * 3000 + "@c.de"):
        answer = site.post(route, {**form, "email": odd})
        assert answer.status_code == 422
        assert ("email", "invalid_email") in {(each["field"], each["code"]) for each in answer.json()["errors"]}


@pytest.mark.clause("U-II.I")
def test_a_minor_waits_for_the_guardian(site: Site) -> None:
    email, guardian = (f"{uuid.uuid4().hex[:10]}@example.org" for _ in range(2))
    form = {
        "email": email,
        "password": PASSWORD,
        "minor": True,
        "guardian_email": guardian,
        "accept": site.accept("user-agreement", "privacy-policy"),
    }
    assert site.post("/v1/accounts", form).json()["status"] == "awaiting_guardian"
    site.post("/v1/accounts/verification", {"email": email, "code": site.code_for(email)}).raise_for_status()
    site.sign_in(email).raise_for_status()
    refused = site.post("/v1/orders", {"plan": "premium", "term": "month", "accept": site.accept("premium-agreement")})
    assert code(refused) == (403, "guardian_consent_required")
    track_id = site.get("/v1/tracks").json()["items"][0]["track_id"]
    assert code(site.download(track_id)) == (403, "guardian_consent_required")
    site.post("/v1/guardian-consents/links").raise_for_status()
    mails = site.http.get("/_local/mail", params={"to": guardian}).json()["items"]
    assert len(mails) == 2
    text = mails[0]["text"]
    token = text.split("token=")[1].split()[0]
    assert site.post("/v1/guardian-consents", {"token": token}).status_code == 204
    assert code(site.post("/v1/guardian-consents", {"token": token})) == (422, "consent_link_invalid")
    assert site.get("/v1/account").json()["status"] == "active"
    assert code(site.post("/v1/guardian-consents/links")) == (409, "no_guardian_awaited")


def test_who_is_not_signed_in_is_refused_by_the_gateway(site: Site) -> None:
    for path in ("/v1/account", "/v1/membership", "/v1/downloads", "/v1/allowance", "/v1/orders", "/v1/licenses"):
        assert site.get(path).status_code == 401
    assert site.download("trk").status_code == 401
    assert site.get("/v1/account", headers={"Authorization": "Bearer a.b.c"}).status_code == 401


@pytest.mark.clause("M-II.1")
@pytest.mark.clause("M-A.rights")
def test_the_plan_decides_project_and_purpose(site: Site) -> None:
    site.become_account()
    site.become_member("premium")
    track_id = site.get("/v1/tracks").json()["items"][0]["track_id"]
    enterprise = {"name": "A spot", "kind": "enterprise"}
    assert code(site.download(track_id, project=enterprise)) == (403, "plan_not_for_enterprise")
    refused = site.download(track_id, purpose="ads_promos")
    assert code(refused) == (403, "purpose_not_permitted")
    assert refused.json()["permitted_by"] == ["business"]
    assert site.get("/v1/allowance").json()["used"] == 0


@pytest.mark.clause("M-A.quota")
def test_business_has_fifty_a_day(site: Site) -> None:
    site.become_account()
    site.become_member("business")
    answer = site.get("/v1/allowance")
    assert answer.json()["limit"] == 50
    assert answer.headers["ratelimit-policy"].startswith('"downloads";q=50')
    assert site.get("/v1/account").json()["kind"] == "enterprise"


@pytest.mark.clause("M-IV")
def test_another_accounts_data_is_not_reachable(site: Site, visitor: Callable[[], Site]) -> None:
    site.become_account()
    order = site.become_member()
    track_id = site.get("/v1/tracks").json()["items"][0]["track_id"]
    download_id = site.download(track_id).json()["download_id"]
    stranger = visitor()
    stranger.become_account()
    assert code(stranger.get(f"/v1/downloads/{download_id}")) == (404, "download_not_found")
    assert code(stranger.post(f"/v1/downloads/{download_id}/links")) == (404, "download_not_found")
    assert stranger.get(f"/v1/orders/{order['order_id']}").status_code == 404
    license_form = {
        "download_id": download_id,
        "licensee": {"name": "Mallory", "kind": "individual"},
        "project": {"name": "Theft", "kind": "personal"},
        "purpose": "social_media",
        "platform": "youtube",
    }
    assert code(stranger.post("/v1/licenses", license_form, key="k")) == (404, "download_not_found")
    assert stranger.get("/v1/downloads").json()["items"] == []


def test_bad_input_is_named(site: Site) -> None:
    site.become_account()
    assert code(site.post("/v1/downloads", {"track_id": "x", "rendition": "wav"})) == (400, "idempotency_key_required")
    assert code(site.call("POST", "/v1/downloads", content=b"{", key="k")) == (400, "malformed_request")
    answer = site.download("x", purpose="karaoke", project={"name": "", "kind": "none"})
    assert answer.status_code == 422
    assert {each["field"] for each in answer.json()["errors"]} == {"project.name", "project.kind"}
    assert code(site.download("no-such-track")) == (404, "track_not_found")
    assert site.get("/v1/downloads?limit=0").status_code == 422
