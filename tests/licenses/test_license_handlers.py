"""The functions of licences, from the gateway's event to the response."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.licenses.states.rules import Revocation, RevocationReason
from allmytracks.licenses.use_cases.list_licenses import ListLicenses
from allmytracks.wiring import Services, install
from functions.get_jwks.handler import handle as get_jwks
from functions.issue_license.handler import handle as issue_license
from functions.list_licenses.handler import handle as list_licenses
from functions.verify_license.handler import handle as verify_license
from tests.factories.gateway import call, read
from tests.factories.instants import NOW
from tests.factories.licenses import PERSONAL_USE, PUBLIC_URL, LicenseWorld
from tests.fakes.wiring import put

LICENSEE = {"name": "Ada Lovelace", "kind": "individual", "address": "1 Harbour Road", "tax_id": "HK-123"}
PROJECT = {"name": "Holiday film", "kind": "personal"}


@pytest.fixture
def world() -> Iterator[LicenseWorld]:
    made = LicenseWorld()
    services = Services(Settings({"PUBLIC_URL": PUBLIC_URL}))
    services.licenses.issue = made.issue
    services.licenses.list_licenses = ListLicenses(made.licenses, made.documents)
    services.licenses.repository = made.licenses
    put(services, {"signing.keys": made.keys, "publishing.publications": made.publications})
    services.foundation.clock = made.clock
    services.foundation.throttle = Throttle(UncountedClients, made.clock)
    install(services)
    yield made
    install(None)


def issue(body: dict[str, Any], key: str | None = "license-1", caller: str = "acc-1") -> tuple[int, dict[str, Any]]:
    headers = {"idempotency-key": key} if key else {}
    return read(call(issue_license, "POST /v1/licenses", caller, headers=headers, body=json.dumps(body)))


def body_for(download_id: str, /, **changes: Any) -> dict[str, Any]:
    wanted = {"download_id": download_id, "licensee": LICENSEE, "project": PROJECT, "purpose": "social_media"}
    wanted["platform"] = "youtube"
    return {**wanted, **changes}


@pytest.mark.clause("M-III.8.apply")
def test_a_licence_is_issued_and_returned_again(world: LicenseWorld) -> None:
    body = body_for(world.download())
    status, license_ = issue(body)
    assert status == 201
    assert license_["document_url"] == f"{PUBLIC_URL}/v1/licenses/{license_['number']}/document"
    assert license_["issued_at"].endswith("Z")
    assert (license_["licensee"], license_["project"], license_["platform"]) == (LICENSEE, PROJECT, "YouTube")
    assert license_["terms"]["territory"] == "worldwide"
    assert license_["jws"].count(".") == 2
    assert license_["language"] == "en"
    assert issue(body) == (200, license_)


def test_a_letter_is_printed_in_the_requested_language(world: LicenseWorld) -> None:
    body = body_for(world.download(), language="zh-Hant")
    status, license_ = issue(body)
    assert (status, license_["language"]) == (201, "zh-Hant")
    assert issue(body) == (200, license_)
    assert issue({**body, "language": "en"})[1]["code"] == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"download_id": "dl_unknown"}, 404, "download_not_found"),
        ({"purpose": "ads_promos"}, 403, "purpose_not_permitted"),
        ({"purpose": "offline_venue"}, 403, "purpose_not_permitted"),
        ({"project": {"name": "X", "kind": "enterprise"}}, 403, "plan_not_for_enterprise"),
        ({"licensee": {"name": "Acme", "kind": "enterprise"}}, 403, "plan_not_for_enterprise"),
        ({"project": None}, 422, "invalid_fields"),
        ({"purpose": None}, 422, "invalid_fields"),
        ({"purpose": "sampling"}, 422, "invalid_fields"),
        ({"language": "fr"}, 422, "invalid_fields"),
        ({"licensee": {"name": " ", "kind": "individual"}}, 422, "invalid_fields"),
        ({"licensee": {"name": "\U00013000", "kind": "individual"}}, 422, "invalid_fields"),
    ],
)
def test_refusals_have_their_codes(world: LicenseWorld, changes: dict[str, Any], status: int, code: str) -> None:
    answered, problem = issue(body_for(world.download(), **changes))
    assert (answered, problem["code"]) == (status, code)
    assert world.licenses.records == {}


def test_a_licensed_download_and_a_bound_end_user_are_conflicts(world: LicenseWorld) -> None:
    body = body_for(world.download())
    issue(body)
    another = {**body, "project": {"name": "Another film", "kind": "personal"}}
    assert issue(another, "license-2")[1]["code"] == "download_already_licensed"
    assert issue(another)[1]["code"] == "idempotency_key_reused"
    other = body_for(world.download("key-2"), licensee={"name": "Charles Babbage", "kind": "individual"})
    assert issue(other, "license-3")[1]["code"] == "end_user_bound"
    bound = world.download("key-3", use=PERSONAL_USE)
    assert issue(body_for(bound, purpose="academic"), "license-4")[1]["code"] == "download_use_bound"


def test_a_key_is_needed(world: LicenseWorld) -> None:
    status, problem = issue(body_for(world.download()), key=None)
    assert (status, problem["code"]) == (400, "idempotency_key_required")


def test_the_caller_lists_and_opens_its_own_letters_alone(world: LicenseWorld) -> None:
    _, license_ = issue(body_for(world.download()))
    mine = read(call(list_licenses, "GET /v1/licenses", queryStringParameters={"limit": "10"}))
    assert mine == (200, {"items": [license_], "next_cursor": None})
    assert read(call(list_licenses, "GET /v1/licenses", "acc-2"))[1]["items"] == []
    path = {"number": license_["number"].lower()}
    assert read(call(list_licenses, "GET /v1/licenses/{number}", pathParameters=path)) == (200, license_)
    disputed = read(call(list_licenses, "GET /v1/licenses/{number}/dispute-text", pathParameters=path))
    assert (disputed[0], disputed[1]["fields"]["verify_url"]) == (200, license_["verify_url"])
    for below in ("", "/dispute-text"):
        others = call(list_licenses, "GET /v1/licenses/{number}" + below, "acc-2", pathParameters=path)
        assert read(others)[1]["code"] == "license_not_found"
    route = "GET /v1/licenses/{number}/document"
    opened = call(list_licenses, route, pathParameters=path)
    content = base64.b64decode(opened["body"])
    assert (opened["statusCode"], opened["headers"]["Content-Type"]) == (200, "application/pdf")
    assert hashlib.sha256(content).hexdigest() == license_["document_sha256"]
    assert license_["number"] in opened["headers"]["Content-Disposition"]
    assert read(call(list_licenses, route, "acc-2", pathParameters=path))[1]["code"] == "license_not_found"
    assert read(call(list_licenses, route, None, pathParameters=path))[1]["code"] == "unauthenticated"


def test_a_lost_document_is_reported(world: LicenseWorld) -> None:
    _, license_ = issue(body_for(world.download()))
    world.documents.stored.clear()
    path = {"number": license_["number"]}
    status, problem = read(call(list_licenses, "GET /v1/licenses/{number}/document", pathParameters=path))
    assert (status, problem["code"]) == (404, "document_not_found")


def test_anyone_verifies_without_signing_in(world: LicenseWorld) -> None:
    _, license_ = issue(body_for(world.download()))
    route = "GET /v1/verifications/{number}"
    status, found = read(call(verify_license, route, None, pathParameters={"number": license_["number"]}))
    assert status == 200
    assert found.pop("statement").count(".") == 2
    assert found == {
        "number": license_["number"],
        "kind": "license",
        "special": None,
        "status": "valid",
        "issued_at": license_["issued_at"],
        "revoked_at": None,
        "superseded_by": None,
        "supersedes": None,
        "period": None,
        "track": license_["track"],
        "project": PROJECT,
        "purpose": "social_media",
        "platform": "YouTube",
        "plan": "premium",
        "plan_name": "Music & Sound Effects Premium",
        "licensee": {"name": "A*** L***", "kind": "individual"},
        "end_user": "A*** L***",
        "document_sha256": license_["document_sha256"],
        "jws_sha256": hashlib.sha256(license_["jws"].encode()).hexdigest(),
        "licensor": "AllMyTracks Technology Limited",
        "terms": {
            "right": "personal",
            "audience": "unlimited",
            "period": "perpetual_synchronisation",
            "territory": "worldwide",
            "price_list": "v1",
        },
    }
    status, problem = read(call(verify_license, route, None, pathParameters={"number": "AMT-nothing"}))
    assert (status, problem["code"]) == (404, "license_not_found")


@pytest.mark.clause("M-III.5.revoke")
def test_a_revoked_licence_says_since_when(world: LicenseWorld) -> None:
    _, license_ = issue(body_for(world.download()))
    revocation = Revocation(NOW + timedelta(days=3), RevocationReason.IMPERSONATION)
    world.licenses.revoke(license_["number"], revocation)
    path = {"number": license_["number"]}
    _, found = read(call(verify_license, "GET /v1/verifications/{number}", None, pathParameters=path))
    assert (found["status"], found["revoked_at"]) == ("revoked", rfc3339(revocation.revoked_at))
    assert "impersonation" not in str(found)
    (mine,) = read(call(list_licenses, "GET /v1/licenses"))[1]["items"]
    assert (mine["status"], mine["revoked_at"]) == ("revoked", rfc3339(revocation.revoked_at))


def test_the_keys_are_public_and_cacheable(world: LicenseWorld) -> None:
    answer = call(get_jwks, "GET /.well-known/jwks.json", None)
    assert answer["headers"]["Cache-Control"] == "public, max-age=3600"
    assert json.loads(answer["body"]) == {"keys": [dict(key) for key in world.keys.all()]}
