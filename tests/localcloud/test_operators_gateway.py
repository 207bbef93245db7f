from __future__ import annotations

from pathlib import Path

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from infra.localcloud import clock


def signed(client: httpx.Client, path: str, key: tuple[str, str] = ("local-operator", "local-cloud")) -> httpx.Request:
    request = AWSRequest("GET", f"{client.base_url}{path}")
    SigV4Auth(Credentials(*key), "execute-api", "eu-west-1").add_auth(request)
    return client.build_request("GET", path, headers=dict(request.headers))


def test_a_signed_request_reaches_the_operators_api_as_payload_1(client: httpx.Client) -> None:
    event = client.send(signed(client, "/ops/accounts/a1?x=1&x=2")).json()["event"]
    assert (event["version"], event["resource"], event["path"]) == ("1.0", "/accounts/{id}", "/accounts/a1")
    assert (event["httpMethod"], event["pathParameters"]) == ("GET", {"id": "a1"})
    assert event["queryStringParameters"] == {"x": "2"}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert event["requestContext"]["path"] == "/ops/accounts/a1"
    assert event["requestContext"]["identity"]["userArn"] == "arn:aws:iam::123456789012:user/local-operator"
    assert event["body"] is None
    assert "x-refused-by" not in client.send(signed(client, "/ops/accounts/a1")).headers


def test_unsigned_altered_or_foreign_requests_to_the_operators_api_are_refused(client: httpx.Client) -> None:
    unsigned = client.get("/ops/accounts/a1")
    assert unsigned.json() == {"message": "Missing Authentication Token"}
    assert unsigned.headers["x-refused-by"] == "gateway"
    altered = signed(client, "/ops/accounts/a1")
    altered.url = altered.url.copy_with(path="/ops/accounts/a2")
    assert client.send(altered).status_code == 403
    assert client.send(signed(client, "/ops/accounts/a1", key=("local-operator", "guess"))).status_code == 403
    assert client.send(signed(client, "/ops/accounts/a1", key=("EchoFunction", "local-cloud"))).status_code == 403


def test_an_old_signature_is_refused_but_a_moved_clock_does_not_lock_operators_out(
    client: httpx.Client, clock_file: Path
) -> None:
    fresh = signed(client, "/ops/accounts/a1")
    clock.move(clock_file, advance_seconds=86_400)
    assert client.send(fresh).status_code == 200
    clock.move(clock_file, advance_seconds=-2 * 86_400)
    stale = signed(client, "/ops/accounts/a1")
    clock.move(clock_file, advance_seconds=2 * 86_400)
    assert client.send(stale).status_code == 403


def test_a_failing_operators_function_is_a_bad_gateway(client: httpx.Client) -> None:
    response = client.send(signed(client, "/ops/accounts/a1?plain=1"))
    assert (response.status_code, response.json()) == (502, {"message": "Internal server error"})
    assert response.headers["x-refused-by"] == "gateway"


def test_an_identity_may_do_what_its_policies_allow(client: httpx.Client) -> None:
    told = client.send(signed(client, "/ops/accounts/a1", key=("Readers", "local-cloud")))
    assert told.json()["event"]["requestContext"]["identity"]["userArn"] == "arn:aws:iam::123456789012:user/Readers"
    assert client.send(signed(client, "/ops/accounts/a1", key=("Writers+Readers", "local-cloud"))).status_code == 200

    refused = client.send(signed(client, "/ops/accounts/a1", key=("Writers", "local-cloud")))
    assert (refused.status_code, refused.headers["x-refused-by"]) == (403, "gateway")
    assert "execute-api:Invoke on resource: arn:aws:execute-api:" in refused.json()["message"]
    unknown = client.send(signed(client, "/ops/accounts/a1", key=("Readers+Nobody", "local-cloud")))
    assert unknown.json() == {"message": "The security token included in the request is invalid."}
