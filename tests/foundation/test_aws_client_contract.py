"""Our own AWS client compared with botocore's: the same responses, the same errors, and a deadline for every call."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.client import (
    DYNAMODB,
    HASTY,
    AwsClient,
    Patience,
    RefusedError,
)
from allmytracks.foundation.aws.connections import NoAnswerError, SignedCall
from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.aws.errors import TRANSIENT, TRANSIENT_REASONS
from allmytracks.foundation.aws.tables import (
    Table,
    get_item,
    pages,
    put_where_absent,
    to_attributes,
    to_values,
    transact,
)
from allmytracks.foundation.aws.time_left import ending_in
from allmytracks.foundation.errors import Unavailable

BRIEF = Patience(tries=3, connecting=1, answering=1, altogether=60)
CANCELED = "TransactionCanceledException"


@dataclass
class Answers:
    """A transport that returns given responses one after the other, and keeps the requests."""

    planned: list[tuple[int, bytes] | NoAnswerError]
    asked: list[SignedCall] = field(default_factory=list)

    def __call__(self, call: SignedCall, _seconds: float) -> tuple[int, bytes]:
        self.asked.append(call)
        answer = self.planned.pop(0)
        if isinstance(answer, NoAnswerError):
            raise answer
        return answer


def a_client(*planned: tuple[int, bytes] | NoAnswerError) -> tuple[AwsClient, Answers]:
    client = AwsClient(DYNAMODB, AwsEnvironment(), "http://127.0.0.1:1", BRIEF)
    answers = Answers(list(planned))
    client.transport = answers
    return client, answers


def refusal(code: str, **more: object) -> tuple[int, bytes]:
    return 400, msgspec.json.encode({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "No.", **more})


def canceled(*codes: str) -> tuple[int, bytes]:
    return refusal(CANCELED, CancellationReasons=[{"Code": code} for code in codes])


OK = (200, b'{"Item": {"pk": {"S": "a"}}}')


@pytest.mark.parametrize(
    "passing",
    [
        NoAnswerError(),
        (500, b""),
        (503, b"<html>busy</html>"),
        *[refusal(code) for code in sorted(TRANSIENT)],
        *[canceled("None", code) for code in sorted(TRANSIENT_REASONS)],
        canceled("ConditionalCheckFailed", "TransactionConflict"),
    ],
    ids=str,
)
def test_transient_failures_are_retried_with_a_new_signature(passing: tuple[int, bytes] | NoAnswerError) -> None:
    client, answers = a_client(passing, passing, OK)
    assert client.call("GetItem", {"TableName": "t"}) == {"Item": {"pk": {"S": "a"}}}
    assert len({id(call) for call in answers.asked}) == len(answers.asked) == 3
    assert {(call.operation, call.body) for call in answers.asked} == {("GetItem", b'{"TableName":"t"}')}

    client, answers = a_client(passing, passing, passing, OK)
    with pytest.raises(Unavailable):
        client.call("GetItem", {})
    assert len(answers.asked) == BRIEF.tries


@pytest.mark.parametrize(
    "lasting",
    [
        refusal("ConditionalCheckFailedException"),
        refusal("ValidationException"),
        refusal("AccessDeniedException"),
        canceled("None", "ConditionalCheckFailed"),
        canceled("ValidationError"),
        (403, b"<html>no</html>"),
        (404, b""),
    ],
    ids=str,
)
def test_what_another_try_does_not_change_is_refused_at_once(lasting: tuple[int, bytes]) -> None:
    client, answers = a_client(lasting, OK)
    with pytest.raises(RefusedError):
        client.call("GetItem", {})
    assert len(answers.asked) == 1


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that accepts every connection and never responds."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_silence_ends(silent: str) -> None:
    client = AwsClient(DYNAMODB, AwsEnvironment(), silent, Patience(2, 0.05, 0.05, 1))
    with pytest.raises(Unavailable):
        client.call("GetItem", {})


def test_the_invocation_s_end_is_the_end_of_every_call(silent: str) -> None:
    client = AwsClient(DYNAMODB, AwsEnvironment(), silent, Patience(6, 600, 600, 600))
    with ending_in(0.05), pytest.raises(Unavailable):
        client.call("GetItem", {})

    client, answers = a_client(OK)
    with ending_in(0), pytest.raises(Unavailable):
        client.call("GetItem", {})
    assert answers.asked == []
    assert client.call("GetItem", {})


def test_a_client_without_retries_sends_one_request() -> None:
    client = AwsClient(DYNAMODB, AwsEnvironment(), "http://127.0.0.1:1", HASTY)
    client.transport = answers = Answers([NoAnswerError(), OK])
    with pytest.raises(Unavailable):
        client.call("GetItem", {})
    assert len(answers.asked) == 1


def test_a_refused_connection_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        AwsClient(DYNAMODB, AwsEnvironment(), "http://127.0.0.1:1", HASTY).call("GetItem", {})


def test_without_credentials_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    client, answers = a_client(OK)
    with pytest.raises(NoCredentialsError):
        client.call("GetItem", {})
    assert answers.asked == []


@dataclass
class Giver:
    """Gives credentials as Lambda's own endpoint does to a function that started from a snapshot."""

    answers: list[Response]
    asked: list[str | None] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        self.asked.append(Request(environ).headers.get("authorization"))
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])(environ, start)


def given(name: str, minutes: int) -> Response:
    until = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
    keys = {"AccessKeyId": name, "SecretAccessKey": "secret", "Token": f"token of {name}", "Expiration": until}
    return Response(json.dumps(keys), mimetype="application/json")


@contextmanager
def giving(monkeypatch: pytest.MonkeyPatch, *answers: Response) -> Iterator[Giver]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    giver = Giver(list(answers))
    server = make_server("127.0.0.1", 0, giver)
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"http://127.0.0.1:{server.port}/")
    monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "the container's")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield giver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_snapshot_s_credentials_come_from_lambda_and_are_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    with giving(monkeypatch, given("first", minutes=1), given("second", minutes=600)) as giver:
        client, answers = a_client(OK, OK)
        assert giver.asked == []  # none before the first call: none in a snapshot
        client.call("GetItem", {})
        client.call("GetItem", {})
    assert giver.asked == ["the container's"] * 2
    assert [call.headers["x-amz-security-token"] for call in answers.asked][-1] == "token of second"
    assert "Credential=second/" in answers.asked[-1].headers["authorization"]


def test_where_no_credentials_are_given_the_call_may_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with giving(monkeypatch, Response(status=500)):
        client, answers = a_client(OK)
        with pytest.raises(Unavailable):
            client.call("GetItem", {})
    assert answers.asked == []


def test_addresses_are_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert AwsClient(DYNAMODB, AwsEnvironment()).endpoint == "https://dynamodb.ap-east-1.amazonaws.com/"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert AwsClient(DYNAMODB, AwsEnvironment()).endpoint == "http://127.0.0.1:1/"
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:2")
    assert AwsClient(DYNAMODB, AwsEnvironment()).endpoint == "http://127.0.0.1:2/"
    assert AwsClient(DYNAMODB, AwsEnvironment(), "http://127.0.0.1:3").endpoint == "http://127.0.0.1:3/"


def test_both_clients_take_the_same_codes_for_passing() -> None:
    """The table is one; here is that both read it."""
    for code in sorted(TRANSIENT):
        answer: Any = {"Error": {"Code": code, "Message": "No."}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        with pytest.raises(Unavailable), aws_call():
            raise ClientError(answer, "GetItem")
        client, _ = a_client(*[refusal(code)] * BRIEF.tries)
        with pytest.raises(Unavailable):
            client.call("GetItem", {})


# ------------------------------------------------------------------ items, beside boto3 on the real DynamoDB

VALUES = {"pk": "a", "sk": "b", "text": "夜 é", "n": 3, "minus": -4, "part": 0.25, "yes": True, "list": ["x", 1, []]}


@pytest.mark.dynamodb
def test_items_are_what_boto3_reads_and_writes(accounts_table: Table) -> None:
    theirs = boto3.client("dynamodb", endpoint_url=accounts_table.endpoint)
    key = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    item = to_attributes({**VALUES, "none": None})
    assert put_where_absent(accounts_table, {**item, "binary": {"BS": [b"\x00\xff"]}}) is None
    known = put_where_absent(accounts_table, {**item, "text": {"S": "another"}})
    assert known is not None
    assert known["text"] == item["text"]
    read = theirs.get_item(TableName=accounts_table.name, Key=key)["Item"]
    assert read.pop("binary") == {"BS": [b"\x00\xff"]}
    assert read == item

    found = get_item(accounts_table, key)
    assert found is not None
    assert found["binary"] == {"BS": ["AP8="]}
    assert to_values({name: value for name, value in found.items() if name != "binary"}) == VALUES
    assert get_item(accounts_table, {**key, "sk": {"S": "other"}}) is None
    theirs.close()


@pytest.mark.dynamodb
def test_a_transaction_says_which_condition_did_not_hold(accounts_table: Table) -> None:
    def put(sk: str) -> dict[str, Any]:
        item = to_attributes({"pk": "a", "sk": sk})
        return {
            "Put": {"TableName": accounts_table.name, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}
        }

    assert transact(accounts_table.client, [put("1"), put("2")]) == []
    reasons = transact(accounts_table.client, [put("3"), put("1")])
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert get_item(accounts_table, to_attributes({"pk": "a", "sk": "3"})) is None


@pytest.mark.dynamodb
def test_every_page_is_read(accounts_table: Table) -> None:
    for number in range(5):
        put_where_absent(accounts_table, to_attributes({"pk": "a", "sk": str(number)}))
    asked = {
        "TableName": accounts_table.name,
        "KeyConditionExpression": "pk = :a",
        "ExpressionAttributeValues": {":a": {"S": "a"}},
        "Limit": 2,
    }
    read = [page["Items"] for page in pages(accounts_table.client, "Query", asked)]
    assert [len(items) for items in read] == [2, 2, 1]
    assert [item["sk"]["S"] for items in read for item in items] == list("01234")
