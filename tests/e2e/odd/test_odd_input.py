"""Malformed input to any route, as a stranger, a member or an operator, gets a refusal that says what to do.

Never a 5xx, and never a response that the OpenAPI document does not have. One reader serves all routes, so each
route and field meets a third of the malformed values in turn, and each value meets a third of the routes.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import pytest
from botocore.credentials import Credentials

from infra.demo.site import Site
from infra.localcloud.credentials import OPERATOR, REGION, SECRET
from infra.localcloud.supervisor import Handle
from infra.openapi.document import build
from infra.openapi.template_routes import public_routes
from infra.ops.client import AwsSignature
from tests.factories.template import operator_routes

JSON = "application/json"
Each = TypeVar("Each")
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
    "a key twice": b'{"email": 7, "email": "a@example.org"}',
}
HEADERS: list[dict[str, str | bytes]] = [
    {"Content-Type": "text/plain"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "application/json; charset=utf-16"},
    {"Content-Type": "application/octet-stream"},
    {"Content-Type": b"\xff/\xfe;;;="},
    {"Content-Encoding": "gzip", "Content-Type": "application/json"},
    {"Idempotency-Key": "x" * 300},
    {"Idempotency-Key": b"\xc3\xa9\xff"},
    {"Idempotency-Key": "a\tb"},
    {"Idempotency-Key": ""},
    {"Accept": b"\xff;q=x,,;"},
    {"Accept": "text/html;q=9,*/*;q=-1", "Accept-Language": "x" * 2000},
    {"Accept-Language": b"\xff-\xfe;q=,,;q=1e400"},
    {"If-None-Match": b'W/"\xff'},
    {"User-Agent": "x" * 3000, "X-Forwarded-For": "not an address", "Cookie": "=;=\u00e9;".encode()},
    {"Range": "bytes=9-1"},
]
# What replaces each field of an otherwise valid body.
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


def third(values: Iterable[Each], turn: int) -> list[Each]:
    """Every third value, from another one on in each turn."""
    return list(values)[turn % 3 :: 3]


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


def bodies_of(schema: dict[str, Any], components: dict[str, Any], turn: int) -> Iterator[tuple[str, bytes]]:
    """Malformed bodies for a route with this schema: the whole body, and each field in turn."""
    yield from third(BODIES.items(), turn)
    right = right_value(schema, components)
    marker = "@@HERE@@"
    for nth, field in enumerate(right, turn):
        text = json.dumps({**right, field: marker})
        for name, value in third(VALUES.items(), nth):
            yield f"{field} is {name}", text.replace(f'"{marker}"', value).encode()


class Prober:
    """Sends malformed requests and collects wrong responses."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.faults: list[str] = []
        self.sent = 0

    def send(self, what: str, method: str, path: str, operation: dict[str, Any], **more: Any) -> httpx.Response:
        answer = self.site.call(method, path, **more)
        self.sent += 1
        wrong = wrong_with(answer) or undocumented(answer, operation)
        if wrong:
            self.faults.append(f"{method} {path[:80]}: {what}: {wrong}: {answer.status_code} {answer.text[:100]}")
        return answer


def wrong_with(answer: httpx.Response) -> str | None:
    """A fault of ours, or a refusal of a function that does not say what to do."""
    if answer.status_code >= 500:
        return "a fault"
    kind = answer.headers.get("content-type", "")
    if answer.status_code < 400 or kind.startswith("text/html"):
        return None
    told = answer.json()
    if not kind.startswith("application/problem+json"):
        # The gateway's own.
        return None if set(told) == {"message"} and answer.status_code in {401, 403, 404, 413} else "no problem+json"
    complete = told["status"] == answer.status_code and told["code"] and told["detail"]
    fields = all(each["field"] and each["message"] for each in told.get("errors", ())) and told.get("errors") != []
    return None if complete and fields else "incomplete"


def undocumented(answer: httpx.Response, operation: dict[str, Any]) -> str | None:
    """What of this response the OpenAPI document lacks: its status, or its code."""
    said = operation["responses"].get(str(answer.status_code))
    if said is None:
        return "an undocumented status"
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        codes = said["description"].partition(": ")[2].split(", ")
        return None if answer.json()["code"] in codes else "an undocumented code"
    return None


@pytest.fixture(params=["stranger", "member"])
def prober(cloud: Handle, request: pytest.FixtureRequest) -> Iterator[Prober]:
    with Site(cloud.url) as site:
        if request.param == "member":
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
    for turn, (method, path, operation) in enumerate(routes()):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content or path.startswith("/v1/webhooks"):
            continue
        for name, body in bodies_of(content["application/json"]["schema"], components, turn):
            headers = {"Content-Type": "application/json", "Idempotency-Key": hashlib.sha256(body).hexdigest()}
            prober.send(name, method, filled(path), operation, content=body, headers=headers)
    assert "\n".join(prober.faults) == ""
    assert prober.sent > 300


def test_odd_queries_are_refused(prober: Prober) -> None:
    for turn, (method, path, operation) in enumerate(routes()):
        if method != "GET":
            continue
        names = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"} | {"cursor", "q"}
        for nth, name in enumerate(sorted(names), turn):
            for value in third(CURSORS, nth):
                prober.send(f"{name}={value[:30]}", method, filled(path), operation, params={name: value})
    assert "\n".join(prober.faults) == ""


def test_odd_paths_are_refused(prober: Prober) -> None:
    for method, path, operation in routes():
        # Decoded, "../" is of more segments than any route has: the gateway's 404.
        for segment in SEGMENTS if "{" in path else ():
            prober.send(segment[:20], method, filled(path, segment), operation)
    assert "\n".join(prober.faults) == ""


def test_odd_headers_are_refused_or_passed_over(prober: Prober) -> None:
    for turn, (method, path, operation) in enumerate(routes()):
        for headers in third(HEADERS, turn):
            prober.send(str(headers)[:60], method, filled(path), operation, headers=headers, content=b"{}")
    assert "\n".join(prober.faults) == ""


Post = Callable[[bytes], httpx.Response]


@pytest.fixture(scope="module")
def post_webhook(cloud: Handle) -> Iterator[Post]:
    """Posts a body as a webhook of Stripe's, rightly signed."""
    with httpx.Client(base_url=cloud.url, timeout=240) as http:
        secret = http.get("/_local/webhook-secret").json()["secret"].encode()

        def post(body: bytes) -> httpx.Response:
            at = int(http.get("/_local/clock").json()["epoch"])
            code = hmac.new(secret, f"{at}.".encode() + body, "sha256").hexdigest()
            headers = {"Stripe-Signature": f"t={at},v1={code}", "Content-Type": JSON}
            return http.post("/v1/webhooks/stripe", content=body, headers=headers)

        yield post


@pytest.mark.parametrize("body", [*BODIES.values(), b'{"id": "evt_1", "type": 7}', b'{"data": {"object": "x"}}'])
def test_a_body_that_is_no_event_is_refused_though_rightly_signed(post_webhook: Post, body: bytes) -> None:
    answer = post_webhook(body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


def odd_events() -> Iterator[tuple[str, str, bytes]]:
    """An event with each malformed value in each place: what is malformed, its id, its JSON."""
    marker = "@@HERE@@"
    about: dict[str, Any] = {"object": "charge", "id": "ch_1", "payment_intent": "pi_1", "status": "x", "reason": "x"}
    about |= {"amount": 1, "amount_refunded": 1, "currency": "usd"}
    named = {"order_id": "ord_1", "account_id": "acc_1"}
    # Of a kind without effect: what it would be folded into is no matter of the edge.
    event = {"type": "charge.updated", "created": 1_795_000_000, "data": {"object": about}}
    places = {field: {**event, "data": {"object": {**about, field: marker}}} for field in about}
    places |= {each: {**event, "data": {"object": {**about, "metadata": {**named, each: marker}}}} for each in named}
    places |= {field: {**event, field: marker} for field in ("id", *event)}
    for nth, (where, place) in enumerate(places.items()):
        for name, value in third(VALUES.items(), nth):
            whole: dict[str, Any] = {"id": f"evt_odd_{where}_{name.replace(' ', '_')}", **place}
            yield f"{where} is {name}", whole["id"], json.dumps(whole).replace(f'"{marker}"', value).encode()


def test_an_odd_event_that_is_rightly_signed_is_kept_or_refused(post_webhook: Post, operator: httpx.Client) -> None:
    statuses, lost = Counter[int](), []
    for what, event_id, body in odd_events():
        answer = post_webhook(body)
        statuses[answer.status_code] += 1
        wrong = wrong_with(answer)
        if answer.status_code == 200 and operator.get(f"/payments/stripe/{event_id}").status_code != 200:
            wrong = "not kept"
        if wrong:
            lost.append(f"{what}: {wrong}: {answer.text[:80]}")
    assert lost == []
    assert set(statuses) == {200, 400}


def operators_routes() -> Iterator[tuple[str, str]]:
    for route in sorted(operator_routes()):
        method, path = route.split(" ", 1)
        yield method, path


@pytest.fixture
def operator(cloud: Handle) -> Iterator[httpx.Client]:
    signature = AwsSignature(Credentials(OPERATOR, SECRET), REGION)
    with httpx.Client(base_url=f"{cloud.url}/ops", auth=signature, timeout=240) as http:
        yield http


def test_operators_odd_requests_are_refused(operator: httpx.Client) -> None:
    faults, statuses = [], Counter[int]()
    odd = {**BODIES, "no fields": b"{}", "odd fields": b'{"reason": 7, "email": "\\ud800"}', "another type": b"a=1"}
    for turn, (method, path) in enumerate(operators_routes()):
        for nth, segment in enumerate(("x", LONG, "%00", "%F0%9F%98%80"), turn):
            for name, body in third(odd.items(), nth) if method != "GET" else [("empty", b"")]:
                headers = {"Content-Type": "application/x-www-form-urlencoded" if name == "another type" else JSON}
                answer = operator.request(method, filled(path, segment), content=body, headers=headers)
                statuses[answer.status_code] += 1
                wrong = wrong_with(answer)
                if wrong:
                    faults.append(f"{method} {path} {segment[:10]}: {name}: {wrong}: {answer.text[:80]}")
    assert faults == []
    assert statuses.total() > 300
    # Signed, so that all of them reached the application.
    assert statuses[403] == 0
    assert all(statuses[status] for status in (400, 404, 415, 422))


def test_operators_odd_queries_are_refused(operator: httpx.Client) -> None:
    faults = []
    for turn, (method, path) in enumerate(operators_routes()):
        for nth, name in enumerate(("cursor", "limit") if method == "GET" else (), turn):
            for value in third(CURSORS, nth):
                answer = operator.get(f"{filled(path)}?{name}={quote(value, safe='-_.~')}")
                wrong = wrong_with(answer) or ("the gateway's" if answer.status_code == 403 else None)
                if wrong:
                    faults.append(f"{path} {name}={value[:30]}: {wrong}: {answer.status_code} {answer.text[:80]}")
    assert faults == []
