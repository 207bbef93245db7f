"""The operators' API through its Chalice application, as API Gateway calls it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from allmytracks.accounts.rules_sign_ups import Owner
from allmytracks.catalogue.rules import track_id_for
from functions.ops_api.handler import app
from tests.factories.catalogue import (
    NOW,
    origin,
    sha,
    track,
)
from tests.factories.operators import ADA, Api, Backend


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"body": "***", "isBase64Encoded": True}, 400, "malformed_request"),
        ({"body": "e30=", "isBase64Encoded": True}, 422, "invalid_fields"),
        ({"body": '{"reason": "\ud800"}'}, 400, "malformed_request"),
        ({"body": "[" * 20_000}, 400, "malformed_request"),
        (
            {"body": "a=1", "headers": {"content-type": "application/x-www-form-urlencoded"}},
            415,
            "unsupported_media_type",
        ),
        ({"body": "{}", "pathParameters": {"account_id": "x" * 3000}}, 404, "not_found"),
    ],
)
def test_odd_requests_are_refused_with_a_code(
    backend: Backend, changes: dict[str, Any], status: int, code: str
) -> None:
    resource = "/accounts/{account_id}/measures"
    event = {
        "httpMethod": "POST",
        "headers": {"content-type": "application/json"},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"account_id": "acc-1"},
        "stageVariables": None,
        "requestContext": {**ADA["requestContext"], "resourcePath": resource, "httpMethod": "POST"},
        "isBase64Encoded": False,
        **changes,
    }
    answer = app(event, None)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (status, code)
    assert answer["headers"]["Content-Type"] == "application/problem+json"


def test_an_account_with_what_it_accepted_and_ordered(api: Api, member: None) -> None:
    status, body = api("GET", "/accounts/{account_id}", account_id="acc-1")
    assert status == 200
    assert (body["email"], body["status"], body["country"]) == ("mia@example.com", "active", "HK")
    assert [each["agreement"] for each in body["acceptances"]] == ["user-agreement"]
    assert [(each["order_id"], each["status"], each["amount"]) for each in body["orders"]] == [
        ("ord_1", "quoted", 19900)
    ]


def test_an_account_by_its_address(backend: Backend, api: Api, member: None) -> None:
    backend.addresses.owners["mia@example.com"] = Owner("acc-1", "login_1")
    status, body = api("GET", "/accounts", query="email=Mia@Example.com")
    assert (status, body["email"]) == (200, "mia@example.com")
    assert backend.acts == [("account_looked_up", "acc-1")]


def test_accounts_are_listed(backend: Backend, api: Api, member: None) -> None:
    status, body = api("GET", "/account-list", query="status=active")
    assert status == 200, body
    assert (status, [each["account_id"] for each in body["items"]], body["next_cursor"]) == (200, ["acc-1"], None)
    assert api("GET", "/account-list", query="status=banned")[1]["items"] == []
    assert api("GET", "/account-list", query="since=2099-01-01T00:00:00Z")[1]["items"] == []
    assert [api("GET", "/account-list", query=wrong)[0] for wrong in ("status=x", "since=2020-01-01T00:00:00")] == [
        422,
        422,
    ]
    assert backend.acts[0] == ("accounts_listed", "active")


def test_an_order_of_any_account(api: Api, member: None) -> None:
    status, body = api("GET", "/orders/{order_id}", order_id="ord_1")
    assert (status, body["account_id"], body["plan"], body["term"]) == (200, "acc-1", "premium", "year")


@pytest.mark.parametrize(
    ("resource", "values", "status", "code"),
    [
        ("/accounts/{account_id}", {"account_id": "acc-2"}, 404, "account_not_found"),
        ("/accounts", {"query": "email=nobody@example.com"}, 404, "account_not_found"),
        ("/accounts", {"query": "email=nobody"}, 422, "invalid_fields"),
        ("/accounts", {}, 422, "invalid_fields"),
        ("/orders/{order_id}", {"order_id": "ord_2"}, 404, "order_not_found"),
        ("/imports/{import_id}", {"import_id": "imp_2"}, 404, "import_not_found"),
        ("/tracks/{track_id}", {"track_id": "trk_2"}, 404, "track_not_found"),
        ("/tracks", {"query": "limit=0"}, 422, "invalid_fields"),
    ],
)
def test_what_is_not_there_is_a_problem_with_a_code(
    api: Api, resource: str, values: dict[str, str], status: int, code: str
) -> None:
    answered, body = api("GET", resource, **values)
    assert (answered, body["status"], body["code"]) == (status, status, code)


@pytest.mark.clause("P-security")
def test_every_act_is_on_record_with_who_what_and_when(backend: Backend, api: Api, member: None) -> None:
    api("GET", "/accounts/{account_id}", account_id="acc-1")
    api("GET", "/accounts/{account_id}", account_id="acc-unknown")
    api("GET", "/orders/{order_id}", order_id="ord_1")
    _, started = api("POST", "/imports", {"label": "/music", "files": 3})
    import_id = started["import_id"]
    api("PUT", "/imports/{import_id}", {"imported": 1, "unchanged": 0, "refused": 0}, import_id=import_id)
    finished = {"imported": 3, "unchanged": 0, "refused": 0, "finished": True}
    api("PUT", "/imports/{import_id}", finished, import_id=import_id)
    rules = {"kind": "name-rules", "version": "1", "effective_at": "2026-11-01T00:00:00Z", "body": {"prohibited": []}}
    api("POST", "/publications", rules)

    assert backend.acts == [
        ("account_looked_up", "acc-1"),
        ("account_looked_up", "acc-unknown"),
        ("order_looked_up", "ord_1"),
        ("import_started", import_id),
        ("import_finished", import_id),
        ("published", "name-rules/1"),
    ]
    for act in backend.audit_log.acts:
        assert (act.operator.arn, act.operator.source_ip) == ("arn:aws:iam::123456789012:user/ada", "192.0.2.7")
        assert act.at == NOW


def test_an_import_is_resumed_by_its_label(api: Api) -> None:
    _, first = api("POST", "/imports", {"label": "/music", "files": 3})
    _, again = api("POST", "/imports", {"label": "/music", "files": 4})
    _, other = api("POST", "/imports", {"label": "/other", "files": 1})
    assert first["import_id"] == again["import_id"] != other["import_id"]
    assert (again["runs"], again["files"], again["status"]) == (2, 4, "running")


FILES = [{"format": "mp3", "size": 4, "sha256": sha("body")}]
TRACK = {
    "path": "a.mp3",
    "checksums": [sha("body")],
    "title": "A",
    "artist": "Ada",
    "kind": "music",
    "duration_seconds": 2.5,
    "renditions": FILES,
}


def test_a_track_is_registered_once_its_files_have_arrived(backend: Backend, api: Api) -> None:
    _, started = api("POST", "/imports", {"label": "/music", "files": 1})
    form = {**TRACK, "import_id": started["import_id"], "title": " A\n\tB"}
    permitted = {"source": sha("body"), "renditions": FILES}
    status, offered = api("POST", "/imports/{import_id}/uploads", permitted, import_id=started["import_id"])
    key = f"tracks/{track_id_for(sha('body'))}/mp3.mp3"
    assert (status, [each["url"].endswith(key) for each in offered["uploads"]]) == (200, [True])

    status, body = api("POST", "/tracks", form)
    assert (status, body["code"], body["renditions"]) == (422, "rendition_not_uploaded", ["mp3"])
    backend.masters.stored[key] = b"body"
    assert api("POST", "/tracks", form)[0] == 201
    assert api("POST", "/tracks", form)[0] == 200
    assert api("GET", "/tracks")[1]["items"][0]["title"] == "A B"  # in one line, as a letter prints it
    assert api("GET", "/tracks")[1]["items"] == [
        api("GET", "/tracks/{track_id}", track_id=track_id_for(sha("body")))[1]
    ]
    # What was sold never changes: no permission exists to write it again.
    status, body = api("POST", "/imports/{import_id}/uploads", permitted, import_id=started["import_id"])
    assert (status, body["code"]) == (409, "duplicate_track")


def test_the_file_of_another_track_is_refused(backend: Backend, api: Api) -> None:
    backend.tracks.add(track("One"), origin("One"))
    _, started = api("POST", "/imports", {"label": "/music", "files": 1})
    form = {**TRACK, "import_id": started["import_id"], "checksums": [sha("body"), sha("One")]}
    backend.masters.stored[f"tracks/{track_id_for(sha('body'))}/mp3.mp3"] = b"body"
    status, body = api("POST", "/tracks", form)
    assert (status, body["code"], body["track_id"]) == (409, "duplicate_track", track("One").id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "A\u0007"}, "title"),
        ({"artist": ""}, "artist"),
        ({"artist": "Ada\u202e"}, "artist"),
        ({"duration_seconds": 0}, "duration_seconds"),
        ({"bpm": 0}, "bpm"),
        ({"checksums": ["xyz"]}, "checksums"),
        ({"checksums": []}, "checksums"),
        ({"kind": "noise"}, "kind"),
        ({"title": "x" * 301}, "title"),
        ({"renditions": [{"format": "flac", "size": 1, "sha256": sha("x")}]}, "renditions"),
        ({"renditions": [{"format": "preview", "size": 1, "sha256": sha("x")}]}, "renditions"),
        ({"renditions": [{"format": "wav", "size": 0, "sha256": sha("x")}]}, "renditions"),
        ({"renditions": [{"format": "wav", "size": 1, "sha256": "../../x"}]}, "renditions"),
    ],
)
def test_a_track_that_could_not_be_sold_is_refused(
    backend: Backend, api: Api, changes: dict[str, object], field: str
) -> None:
    _, started = api("POST", "/imports", {"label": "/music", "files": 1})
    status, body = api("POST", "/tracks", {**TRACK, "import_id": started["import_id"], **changes})
    assert (status, body["code"]) == (422, "invalid_fields")
    assert field in [each["field"] for each in body["errors"]]
    assert backend.tracks.stored == {}


def test_a_body_that_is_no_json(api: Api) -> None:
    assert api("POST", "/imports", "{")[1]["code"] == "malformed_request"


@pytest.mark.clause("M-II.9")
def test_what_is_published_holds_without_a_deployment(backend: Backend, api: Api) -> None:
    form = {"kind": "name-rules", "version": "1", "effective_at": "2026-11-01T08:00:00+08:00"}
    assert api("POST", "/publications", {**form, "body": {"prohibited": ["admin"]}})[0] == 201
    assert [each.effective_at.isoformat() for each in backend.publications.all("name-rules")] == [
        "2026-11-01T00:00:00+00:00"
    ]
    assert api("POST", "/publications", {**form, "body": {"prohibited": ["other"]}})[0] == 409
    assert api("POST", "/publications", {**form, "version": "2", "body": {"prohibited": "other"}})[0] == 422
    assert api("POST", "/publications", {**form, "kind": "noise", "body": {}})[0] == 422
    naive = {**form, "version": "2", "effective_at": "2026-11-01T08:00:00", "body": {"prohibited": []}}
    assert api("POST", "/publications", naive)[0] == 422
    assert len(backend.publications.published) == 1
