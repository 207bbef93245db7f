"""Routes that ask for a recent sign-in (U-II.III.2.3)."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.http.freshness import FRESH
from allmytracks.foundation.http.functions import HttpFunction
from allmytracks.foundation.http.requests import Request
from tests.factories.gateway import call, read

app = HttpFunction()
ROUTE = "PUT /v1/secret"


@app.route("PUT", "/v1/secret", answers={204: None}, fresh=True)
def change(_: Request) -> Answer:
    """An act that asks for a recent sign-in."""
    return Answer(204)


def asked(claims: dict[str, str] | None) -> tuple[int, str | None]:
    event = {
        "routeKey": ROUTE,
        "rawPath": "/v1/secret",
        "headers": {},
        "requestContext": {
            "http": {"method": "PUT", "path": "/v1/secret", "sourceIp": "192.0.2.7"},
            "requestId": "req-1",
            "authorizer": {"jwt": {"claims": claims}} if claims is not None else None,
        },
    }
    answer = app(event, None)
    body = answer.get("body")
    status = answer["statusCode"]
    assert isinstance(status, int)
    return status, json.loads(str(body))["code"] if body else None


def ago(span: timedelta) -> dict[str, str]:
    return {"sub": "acc-1", "auth_time": str(int((datetime.now(UTC) - span).timestamp()))}


@pytest.mark.clause("U-II.III.2.3")
def test_a_recent_sign_in_passes_and_an_older_one_is_refused() -> None:
    assert asked(ago(timedelta(0))) == (204, None)
    assert asked(ago(FRESH - timedelta(minutes=1))) == (204, None)
    assert asked(ago(FRESH + timedelta(seconds=1))) == (403, "fresh_sign_in_required")


@pytest.mark.clause("U-II.III.2.3")
@pytest.mark.parametrize("auth_time", ["", "soon", "-5", "1e9", "\u0661"])
def test_a_token_that_does_not_say_when_is_not_fresh(auth_time: str) -> None:
    assert asked({"sub": "acc-1", "auth_time": auth_time}) == (403, "fresh_sign_in_required")
    assert asked({"sub": "acc-1"}) == (403, "fresh_sign_in_required")


def test_without_a_token_the_caller_is_unauthenticated() -> None:
    assert asked(None) == (401, "unauthenticated")


def test_the_api_document_lists_the_refusal() -> None:
    assert [each.code for each in app.routes[ROUTE].refusals] == ["fresh_sign_in_required"]


@pytest.mark.clause("U-II.III.2.3")
@pytest.mark.parametrize(
    ("function", "route"),
    [
        ("change_account", "PATCH /v1/account"),
        ("change_password", "PUT /v1/account/password"),
        ("close_account", "POST /v1/account/closing"),
        ("export_account", "POST /v1/account/data-exports"),
    ],
)
def test_what_changes_or_takes_an_account_needs_a_fresh_sign_in(function: str, route: str) -> None:
    """Refused before anything is read: nothing is wired here."""
    handler = importlib.import_module(f"functions.{function}.handler")
    status, problem = read(call(handler.handle, route, body="{}", headers={"if-match": "*"}))
    assert (status, problem["code"]) == (403, "fresh_sign_in_required")
