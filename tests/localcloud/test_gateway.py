from __future__ import annotations

import base64
import dataclasses
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from infra.localcloud import clock
from infra.localcloud.deployment import Deployment
from infra.localcloud.gateway import Gateway
from infra.localcloud.serving import MAX_BODY_BYTES, Server
from tests.localcloud.running import KEY

STRANGER = RSAKey.generate_key(2048, {"kid": "one"}, auto_kid=False)


def token(key: RSAKey = KEY, **changes: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": "https://issuer.example/pool",
        "client_id": "client",
        "token_use": "access",
        "sub": "someone",
        "iat": now,
        "exp": now + 3600,
        "cognito:groups": ["staff", "editors"],
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_events_have_the_shape_of_payload_2(client: httpx.Client) -> None:
    response = client.get(
        "/v1/things/a%20b?x=1&x=2&y=%C3%A9",
        headers=[("Cookie", "a=1; b=2"), ("X-Many", "1"), ("X-Many", "2"), ("User-Agent", "tester")],
    )
    event = response.json()["event"]
    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /v1/things/{id}"
    assert event["rawPath"] == "/v1/things/a b"
    assert event["rawQueryString"] == "x=1&x=2&y=%C3%A9"
    assert event["queryStringParameters"] == {"x": "1,2", "y": "é"}
    assert event["pathParameters"] == {"id": "a b"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["x-many"] == "1,2"
    assert "cookie" not in event["headers"]
    assert event["isBase64Encoded"] is False
    assert "body" not in event
    context = event["requestContext"]
    assert context["http"] == {
        "method": "GET",
        "path": "/v1/things/a b",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "tester",
    }
    assert (context["stage"], context["routeKey"], context["accountId"]) == (
        "$default",
        event["routeKey"],
        "123456789012",
    )
    assert abs(context["timeEpoch"] / 1000 - time.time()) < 60
    assert response.headers["apigw-requestid"] == context["requestId"]


@pytest.mark.parametrize(
    ("kind", "body", "encoded"),
    [
        ("application/json", b'{"a":1}', False),
        ("application/problem+json; charset=utf-8", b"{}", False),
        ("text/plain", "grün".encode(), False),
        ("text/plain", b"\xff\xfe", True),
        ("application/pdf", b"%PDF", True),
    ],
)
def test_bodies_are_text_or_base64(client: httpx.Client, kind: str, body: bytes, *, encoded: bool) -> None:
    event = client.post("/v1/open", content=body, headers={"Content-Type": kind}).json()["event"]
    assert event["isBase64Encoded"] is encoded
    assert (base64.b64decode(event["body"]) if encoded else event["body"].encode()) == body


def test_routes_are_chosen_as_api_gateway_does(client: httpx.Client) -> None:
    assert client.get("/v1/things/special").json()["event"]["routeKey"] == "GET /v1/things/special"
    assert client.delete("/v1/rest/a/b").json()["event"]["pathParameters"] == {"proxy": "a/b"}
    for method, path in (("GET", "/v1/unknown"), ("DELETE", "/v1/open"), ("HEAD", "/v1/open"), ("GET", "/v1//open")):
        assert client.request(method, path).status_code == 404
    assert client.get("/v1/unknown").json() == {"message": "Not Found"}


@pytest.mark.parametrize(
    ("result", "status", "body", "kind"),
    [
        ({"statusCode": 201, "body": "made"}, 201, b"made", "text/plain;charset=UTF-8"),
        ({"statusCode": "202"}, 202, b"", "text/plain;charset=UTF-8"),
        ({"hello": "you"}, 200, b'{"hello": "you"}', "application/json"),
        ("hello", 200, b"hello", "application/json"),
        (None, 200, b"null", "application/json"),
        ({"statusCode": 200, "body": "AP8=", "isBase64Encoded": True}, 200, b"\x00\xff", "text/plain;charset=UTF-8"),
        ({"statusCode": 200, "body": {"no": "text"}}, 500, b'{"message":"Internal Server Error"}', "application/json"),
        ({"statusCode": "many"}, 500, b'{"message":"Internal Server Error"}', "application/json"),
    ],
)
def test_answers_are_read_as_api_gateway_does(
    client: httpx.Client, result: object, status: int, body: bytes, kind: str
) -> None:
    response = client.get("/v1/open", params={"answer": json.dumps(result)})
    assert (response.status_code, response.content) == (status, body)
    assert response.headers["content-type"] == kind


def test_answers_carry_cookies_and_headers(client: httpx.Client) -> None:
    answer = {"statusCode": 204, "cookies": ["a=1; Secure", "b=2"], "headers": {"ETag": '"1"', "X-Flag": True}}
    response = client.get("/v1/open", params={"answer": json.dumps(answer)})
    assert response.headers.get_list("set-cookie") == ["a=1; Secure", "b=2"]
    assert (response.headers["etag"], response.headers["x-flag"]) == ('"1"', "true")


def test_a_good_token_reaches_the_function_with_all_claims_as_text(client: httpx.Client) -> None:
    event = client.get("/v1/closed", headers=bearer(token())).json()["event"]
    authorizer = event["requestContext"]["authorizer"]["jwt"]
    assert authorizer["claims"]["sub"] == "someone"
    assert authorizer["claims"]["cognito:groups"] == "[staff editors]"
    assert all(isinstance(value, str) for value in authorizer["claims"].values())
    assert authorizer["scopes"] is None


@pytest.mark.parametrize(
    "bad",
    [
        token(STRANGER),
        token(iss="https://issuer.example/other"),
        token(client_id="another"),
        token(aud="another"),
        token(exp=int(time.time()) - 1),
        token(exp=None),
        token(nbf=int(time.time()) + 86_400, exp=int(time.time()) + 2 * 86_400),
        token()[:-6] + "AAAAAA",
        token().rpartition(".")[0] + ".",
        "nonsense",
    ],
)
def test_a_bad_token_is_refused(client: httpx.Client, bad: str) -> None:
    response = client.get("/v1/closed", headers=bearer(bad))
    assert (response.status_code, response.json()) == (401, {"message": "Unauthorized"})


def test_no_token_is_refused(client: httpx.Client) -> None:
    assert client.get("/v1/closed").status_code == 401


def test_a_token_expires_by_the_local_clock(client: httpx.Client, clock_file: Path) -> None:
    good = bearer(token())
    assert client.get("/v1/closed", headers=good).status_code == 200
    clock.move(clock_file, advance_seconds=3601)
    assert client.get("/v1/closed", headers=good).status_code == 401
    assert client.get("/v1/closed", headers=bearer(token())).status_code == 200


def test_a_route_with_scopes_wants_one_of_them(client: httpx.Client) -> None:
    assert client.get("/v1/scoped", headers=bearer(token())).status_code == 403
    response = client.get("/v1/scoped", headers=bearer(token(scope="things/read other")))
    assert response.json()["event"]["requestContext"]["authorizer"]["jwt"]["scopes"] == ["things/read"]


def test_throttles_refuse_beyond_the_burst_and_can_be_switched_off(gateway: tuple[httpx.Client, Gateway]) -> None:
    client, app = gateway
    statuses = [client.get("/v1/slow").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = client.get("/v1/slow")
    assert refused.json() == {"message": "Too Many Requests"}
    assert 1 <= int(refused.headers["retry-after"]) <= 600
    assert client.get("/v1/open").status_code == 200
    app.throttles.enabled = False
    assert {client.get("/v1/slow").status_code for _ in range(4)} == {200}


def test_parallel_requests_are_served_by_different_processes(client: httpx.Client, meeting: Path) -> None:
    with ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda _: client.get("/v1/open", params={"meet": str(meeting)}).json(), range(2)))
    assert len({each["pid"] for each in told}) == 2


def test_a_function_that_takes_too_long_is_an_internal_error(gateway: tuple[httpx.Client, Gateway]) -> None:
    client, app = gateway
    assert client.get("/v1/open").status_code == 200
    pool = app._invoker._pools["EchoFunction"]  # type: ignore[attr-defined]  # the runtime's own
    patient, pool.function = pool.function, dataclasses.replace(pool.function, timeout_seconds=1)
    response = client.get("/v1/open?sleep=600")
    assert (response.status_code, response.json()) == (500, {"message": "Internal Server Error"})
    pool.function = patient
    assert client.get("/v1/open").status_code == 200


@pytest.mark.parametrize("wish", ["exit=1", "raise=something"])
def test_a_function_that_fails_is_an_internal_error(client: httpx.Client, wish: str) -> None:
    response = client.get(f"/v1/open?{wish}")
    assert (response.status_code, response.json()) == (500, {"message": "Internal Server Error"})
    assert client.get("/v1/open").status_code == 200


def test_a_connection_serves_many_requests(client: httpx.Client) -> None:
    connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port or 0)
    connection.connect()
    connection.auto_open = 0  # a closed connection is then an error
    for method, body in (("GET", None), ("POST", b"{}"), ("HEAD", None), ("GET", None)):
        connection.request(method, "/v1/open", body)
        connection.getresponse().read()
    connection.close()


def test_too_large_a_payload_is_refused(client: httpx.Client) -> None:
    response = client.post("/v1/open", content=b"x" * (MAX_BODY_BYTES + 1))
    assert (response.status_code, response.json()) == (413, {"message": "Request Entity Too Large"})
    assert client.post("/v1/open", content=b"x" * (7 * 1024 * 1024)).status_code == 413


def test_preflights_are_allowed_for_the_website_only(client: httpx.Client) -> None:
    asked = {"Origin": "https://www.example.com", "Access-Control-Request-Method": "POST"}
    allowed = client.options("/v1/open", headers=asked)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, "https://www.example.com")
    assert allowed.headers["access-control-allow-methods"] == "GET,POST"
    refused = client.options("/v1/open", headers={**asked, "Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in refused.headers


def test_responses_have_only_the_gateways_cors_headers(client: httpx.Client) -> None:
    own = json.dumps({"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}})
    response = client.get("/v1/open", params={"answer": own}, headers={"Origin": "https://www.example.com"})
    assert response.headers.get_list("access-control-allow-origin") == ["https://www.example.com"]
    assert client.get("/v1/closed", headers={"Origin": "https://www.example.com"}).headers[
        "access-control-expose-headers"
    ]
    assert "access-control-allow-origin" not in client.get("/v1/open", params={"answer": own}).headers


def test_the_log_tells_routes_and_never_paths_or_queries(client: httpx.Client, tmp_path: Path) -> None:
    client.get("/v1/things/secret?token=secret")
    log = (tmp_path / "logs" / "gateway.log").read_text()
    assert json.loads(log)["route"] == "/v1/things/{id}"
    assert "secret" not in log


def test_a_deployment_without_cors_leaves_answers_alone(
    deployment: Deployment, tmp_path: Path, clock_file: Path
) -> None:
    bare = dataclasses.replace(deployment, cors=None, routes=())
    app = Gateway(bare, None, fetch_keys=dict, clock_file=clock_file, log=tmp_path / "log")  # type: ignore[arg-type]
    server = Server(0, app)
    server.start()
    try:
        response = httpx.get(f"{server.url}/x", headers={"Origin": "https://www.example.com"}, trust_env=False)
    finally:
        server.stop()
    assert response.status_code == 404
    assert "access-control-allow-origin" not in response.headers
