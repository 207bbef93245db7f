"""Whatever is sent to any route, as a stranger or a member: a refusal that says what to do, never a fault of ours."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from infra.demo.site import Site
from infra.local.supervisor import Handle
from infra.openapi.document import build
from infra.openapi.template_routes import public_routes
from tests.templates.conftest import described

pytestmark = [pytest.mark.xdist_group("local-cloud"), pytest.mark.timeout(600)]

DEEP = 20_000
LONG = "x" * 3000
BODIES: dict[str, bytes] = {
    "empty": b"",
    "cut": b'{"email": "a@exam',
    "no object": b"[]",
    "a number": b"7",
    "null": b"null",
    "not UTF-8": b'{"email": "\xff\xfe", "name": "\xc3"}',
    "UTF-16": '{"email": "a"}'.encode("utf-16"),
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep lists, cut": b"[" * DEEP,
    "trailing": b"{} {}",
    "NaN": b'{"amount": NaN}',
    "a byte order mark": b"\xef\xbb\xbf{}",
}
# What is put in place of each field of a body that is otherwise right.
VALUES: dict[str, str] = {
    "null": "null",
    "an object": '{"a": {"b": []}}',
    "a list": "[[], {}]",
    "infinite": "1e400",
    "huge": "9" * 400,
    "negative": "-1",
    "a lone surrogate": '"\\ud800"',
    "NUL": '"a\\u0000b"',
    "control": '"a\\u0008b"',
    "long": f'"{LONG}"',
    "empty": '""',
    "true": "true",
    "deep": "[" * 900 + "]" * 900,
}
CURSORS = ["", '["",""]', "[[[[]]]]", "x" * 3000, "%00", "a#b#c", "#", "##", "é", "-1", "1e400"]
CURSORS += [
    base64.urlsafe_b64encode(each.encode()).decode() for each in ('["",""]', "[[[1]]]", "a#b", "#", "\0", '"', "1")
]
SEGMENTS = [LONG, "%00", "%F0%9F%98%80", "..%2F..", "%FF", "'%22", "a%0Ab", "%20", "AMT-000000-000000-000000-000000"]


@functools.cache
def document() -> dict[str, Any]:
    return build(public_routes())


def right_value(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """Some value of a schema of the OpenAPI document."""
    if "$ref" in schema:
        return right_value(components[schema["$ref"].rsplit("/", 1)[1]], components)
    if "anyOf" in schema:
        return right_value(schema["anyOf"][0], components)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: right_value(properties[name], components) for name in schema.get("required", properties)}
    if kind == "array":
        return []
    return {"integer": 1, "number": 1, "boolean": False}.get(str(kind), "x")


def bodies_of(schema: dict[str, Any], components: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Odd bodies for a route that takes this schema: the whole of them, and each field by turns."""
    yield from BODIES.items()
    right = right_value(schema, components)
    marker = "@@HERE@@"
    for field in right:
        text = json.dumps({**right, field: marker})
        for name, value in VALUES.items():
            yield f"{field} is {name}", text.replace(f'"{marker}"', value).encode()


class Prober:
    """Sends odd requests and keeps what was answered with a fault."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.faults: list[str] = []
        self.sent = 0

    def send(self, what: str, method: str, path: str, **more: Any) -> httpx.Response:
        answer = self.site.call(method, path, **more)
        self.sent += 1
        if answer.status_code >= 500:
            self.faults.append(f"{method} {path[:80]}: {what}: {answer.status_code} {answer.text[:100]}")
        elif answer.status_code >= 400 and answer.headers.get("content-type", "").startswith("application/problem"):
            problem = answer.json()
            assert problem["status"] == answer.status_code
            assert problem["code"]
            assert problem["detail"]
        return answer


@pytest.fixture(params=["stranger", "member"])
def prober(cloud: Handle, request: pytest.FixtureRequest) -> Iterator[Prober]:
    with Site(cloud.url) as site:
        if request.param == "member":
            httpx.post(f"{cloud.url}/_local/limits", json={"throttling": False, "anti_fraud": False})
            site.become_account()
            site.become_member()
        yield Prober(site)


def routes() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def filled(path: str, value: str = "x") -> str:
    return "/".join(value if part.startswith("{") else part for part in path.split("/"))


def test_odd_bodies_are_refused(prober: Prober) -> None:
    components = document()["components"]["schemas"]
    for method, path, operation in routes():
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content or path.startswith("/v1/webhooks"):
            continue
        for name, body in bodies_of(content["application/json"]["schema"], components):
            headers = {"Content-Type": "application/json", "Idempotency-Key": hashlib.sha256(body).hexdigest()}
            prober.send(name, method, filled(path), content=body, headers=headers)
    assert "\n".join(prober.faults) == ""
    assert prober.sent > 300


def test_odd_queries_and_paths_are_refused(prober: Prober) -> None:
    for method, path, operation in routes():
        if method != "GET":
            continue
        names = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"} | {"cursor", "q"}
        for name in sorted(names):
            for value in CURSORS:
                prober.send(f"{name}={value[:30]}", method, filled(path), params={name: value})
        for segment in SEGMENTS if "{" in path else ():
            prober.send("path", method, filled(path, segment))
    assert "\n".join(prober.faults) == ""


@pytest.mark.parametrize("body", [*BODIES.values(), b'{"id": "evt_1", "type": 7}', b'{"data": {"object": "x"}}'])
def test_an_odd_webhook_that_is_rightly_signed_is_kept_or_refused(cloud: Handle, body: bytes) -> None:
    secret = httpx.get(f"{cloud.url}/_local/webhook-secret").json()["secret"]
    at = int(time.time())
    code = hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
    headers = {"Stripe-Signature": f"t={at},v1={code}", "Content-Type": "application/json"}
    answer = httpx.post(f"{cloud.url}/v1/webhooks/stripe", content=body, headers=headers)
    assert answer.status_code in {200, 400}, answer.text


def operators_routes() -> Iterator[tuple[str, str]]:
    for event in described()["ops_api"].events("Api"):
        yield event["Method"].upper(), event["Path"]


def test_operators_odd_requests_are_refused(cloud: Handle) -> None:
    faults, sent = [], 0
    odd = {**BODIES, "no fields": b"{}", "odd fields": b'{"reason": 7, "email": "\\ud800"}'}
    with httpx.Client(timeout=60) as http:
        for method, path in operators_routes():
            for segment in ("x", LONG, "%00", "%F0%9F%98%80"):
                for name, body in odd.items() if method != "GET" else [("empty", b"")]:
                    url = f"{cloud.url}/ops{filled(path, segment)}"
                    answer = http.request(method, url, content=body, params={"cursor": '["",""]'})
                    sent += 1
                    if answer.status_code >= 500:
                        faults.append(
                            f"{method} {path} {segment[:10]}: {name}: {answer.status_code} {answer.text[:80]}"
                        )
    assert faults == []
    assert sent > 300
