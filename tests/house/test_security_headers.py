"""Security headers of every response of both APIs: TLS only, no type guessing, no referrer, no scripts."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.http.answers import PDF, Answer
from allmytracks.foundation.http.functions import Route
from allmytracks.foundation.settings import Settings
from allmytracks.wiring import Services, install
from functions.get_openapi.handler import handle as openapi
from functions.ops_api.handler import handle as operators
from infra.openapi.document import http_routes

ROUTES = list(http_routes())
# bundles/redoc.standalone.js of the npm package redoc 2.5.4.
REDOC_2_5_4 = "dcaf76612bc4a3fbcc923a8966dee2f6146a5f32e5ce1b6f02dd60cbbf89500b"
OPERATORS_ROUTES = sorted((method, path) for path, methods in operators.whole().routes.items() for method in methods)
IDENTITY = {"userArn": "arn:aws:iam::123456789012:user/ada", "sourceIp": "192.0.2.7"}


class Down(Services):
    """No use case responds."""

    def __getattribute__(self, name: str) -> Any:
        raise Unavailable


@pytest.fixture
def down() -> Iterator[None]:
    install(Down(Settings({})))
    yield
    install(None)


def assert_safe(headers: dict[str, str]) -> None:
    """The common headers; and no cookie, so that no consent to one is needed (U-V.I.6)."""
    assert not {"set-cookie", "cookies"} & {name.lower() for name in headers}
    assert re.fullmatch(r"max-age=\d{8,}; includeSubDomains", headers["Strict-Transport-Security"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    if headers.get("Content-Type", "").startswith("text/html"):
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "base-uri 'none'; frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def event(route: Route) -> dict[str, Any]:
    return {
        "routeKey": route.key,
        "rawPath": route.path,
        "headers": {"content-type": "application/json"},
        "pathParameters": dict.fromkeys(re.findall(r"{(\w+)}", route.path), "x"),
        "requestContext": {"http": {"method": route.method, "sourceIp": "192.0.2.7"}, "requestId": "req-1"},
    }


@pytest.mark.clause("U-V.I.6")
@pytest.mark.parametrize(("function", "route"), ROUTES, ids=[route.key for _, route in ROUTES])
def test_every_function_answers_with_them(down: None, function: str, route: Route) -> None:
    handle = importlib.import_module(f"functions.{function}.handler").handle
    assert_safe(handle(event(route), None)["headers"])


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"a": 1}),
        Answer(200, b"%PDF", content_type=PDF),
        Answer(200, "<p>", content_type="text/html; charset=utf-8"),
        Answer(204),
        Answer(303, headers={"Location": "https://example.org/", "Cache-Control": "public"}),
    ],
    ids=["json", "bytes", "page", "nothing", "redirect"],
)
def test_every_form_of_an_answer_has_them(answer: Answer) -> None:
    headers: Any = answer.to_gateway()["headers"]
    assert_safe(headers)
    assert headers["Cache-Control"] == answer.headers.get("Cache-Control", "no-store")


def operators_event(method: str, path: str) -> dict[str, Any]:
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": {"content-type": "application/json"},
        "multiValueHeaders": {"content-type": ["application/json"]},
        "multiValueQueryStringParameters": None,
        "pathParameters": dict.fromkeys(re.findall(r"{(\w+)}", path), "x"),
        "stageVariables": None,
        "requestContext": {"resourcePath": path, "httpMethod": method, "path": path, "identity": IDENTITY},
        "body": None,
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(("method", "path"), OPERATORS_ROUTES)
def test_the_operators_api_answers_with_them(down: None, method: str, path: str) -> None:
    assert_safe(operators(operators_event(method, path), None)["headers"])


def test_what_chalice_refuses_by_itself_has_them_too() -> None:
    _, path = OPERATORS_ROUTES[0]
    answer = operators(operators_event("TRACE", path), None)
    assert answer["statusCode"] == 405
    assert_safe(answer["headers"])


def test_the_documentation_runs_the_one_script_that_this_api_serves() -> None:
    (route,) = (each for _, each in ROUTES if each.key == "GET /docs")
    answer: Any = openapi(event(route), None)
    assert re.findall("<script.*?>", answer["body"]) == ['<script src="/docs/redoc.js">']
    assert "script-src 'self'; connect-src 'self'" in answer["headers"]["Content-Security-Policy"]


def test_the_script_of_the_documentation_is_the_published_one_without_its_logo_from_another_host() -> None:
    (route,) = (each for _, each in ROUTES if each.key == "GET /docs/redoc.js")
    packed: Any = openapi({**event(route), "headers": {"accept-encoding": "br, gzip"}}, None)
    plain: Any = openapi(event(route), None)
    script = base64.b64decode(plain["body"])
    assert gzip.decompress(base64.b64decode(packed["body"])) == script
    assert packed["headers"]["Content-Encoding"] == "gzip"
    published = script.replace(b'src:"data:,"', b'src:"https://cdn.redoc.ly/redoc/logo-mini.svg"')
    assert hashlib.sha256(published).hexdigest() == REDOC_2_5_4
