"""PynamoDB's models over our own client: what they read and write is what boto3 does, and errors keep their meaning."""

from __future__ import annotations

import json
from typing import Any

import boto3
import msgspec
import pytest
from pynamodb.attributes import BinaryAttribute, BinarySetAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import GetError, PutError, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from allmytracks.foundation.aws.client import PATIENT
from allmytracks.foundation.aws.connections import NoAnswerError, SignedCall
from allmytracks.foundation.aws.models import bind, connect, failed_reasons, is_condition_failure
from allmytracks.foundation.aws.tables import Table
from allmytracks.foundation.errors import Unavailable

pytestmark = pytest.mark.dynamodb
BYTES = b"\x00\xff"


class Thing(Model):
    """An item with an attribute of each kind whose form on the wire is not its form here."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    number = NumberAttribute(null=True)
    binary = BinaryAttribute(legacy_encoding=False, null=True)
    binaries = BinarySetAttribute(legacy_encoding=False, null=True)
    # An attribute that is named as DynamoDB names the type.
    B: MapAttribute[str, Any] = MapAttribute(null=True)


@pytest.fixture
def table(accounts_table: Table) -> Table:
    """With a client of its own: others share theirs by the address."""
    return Table(accounts_table.name, f"{accounts_table.endpoint}/")


@pytest.fixture
def things(table: Table) -> type[Thing]:
    return bind(Thing, table)


def answering(table: Table, *answers: tuple[int, bytes] | NoAnswerError) -> list[SignedCall]:
    """These answers come first, after the call took effect, then the true ones."""
    calls: list[SignedCall] = []
    transport, planned = table.client.transport, list(answers)

    def send(call: SignedCall, seconds: float) -> tuple[int, bytes]:
        calls.append(call)
        answer: tuple[int, bytes] | NoAnswerError = transport(call, seconds)
        if planned:
            answer = planned.pop(0)
        if isinstance(answer, NoAnswerError):
            raise answer
        return answer

    table.client.transport = send
    return calls


def refusal(code: str) -> tuple[int, bytes]:
    return 400, msgspec.json.encode({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "No."})


def test_items_are_what_boto3_reads_and_writes(things: type[Thing], accounts_table: Table) -> None:
    theirs = boto3.client("dynamodb", endpoint_url=accounts_table.endpoint)
    things("a", "1", number=3, binary=BYTES, binaries={BYTES, b"b"}, B={"B": "text", "BS": ["x"]}).save()
    read = theirs.get_item(TableName=accounts_table.name, Key={"pk": {"S": "a"}, "sk": {"S": "1"}})["Item"]
    assert sorted(read.pop("binaries")["BS"]) == sorted([BYTES, b"b"])
    assert read == {
        "pk": {"S": "a"},
        "sk": {"S": "1"},
        "number": {"N": "3"},
        "binary": {"B": BYTES},
        "B": {"M": {"B": {"S": "text"}, "BS": {"L": [{"S": "x"}]}}},
    }
    theirs.close()
    for found in (things.get("a", "1", consistent_read=True), next(iter(things.query("a", consistent_read=True)))):
        assert (found.number, found.binary, found.binaries) == (3, BYTES, {BYTES, b"b"})
        assert found.B.as_dict() == {"B": "text", "BS": ["x"]}


def test_a_condition_that_does_not_hold_is_told_from_other_refusals(things: type[Thing], table: Table) -> None:
    things("a", "1", binary=BYTES).save()
    with pytest.raises(PutError) as refused:
        things("a", "1").save(condition=Thing.pk.does_not_exist())
    assert is_condition_failure(refused.value)

    transaction = TransactWrite(connection=connect(table))
    transaction.save(things("a", "2"), condition=Thing.pk.does_not_exist())
    transaction.save(things("a", "1"), condition=Thing.pk.does_not_exist(), return_values="ALL_OLD")
    with pytest.raises(TransactWriteError) as canceled:
        transaction.__exit__(None, None, None)
    assert is_condition_failure(canceled.value)
    first, second = failed_reasons(canceled.value)
    assert first is None
    assert second is not None
    assert second.raw_item is not None
    assert things.from_raw_data(second.raw_item).binary == BYTES

    unknown = bind(Thing, Table("no-such-table", table.endpoint))
    with pytest.raises(GetError) as another:
        unknown.get("a", "1")
    assert another.value.cause_response_code == "ResourceNotFoundException"
    assert not is_condition_failure(another.value)


@pytest.mark.parametrize(
    "passing",
    [NoAnswerError(), (500, b""), refusal("ThrottlingException"), refusal("TransactionConflictException")],
    ids=str,
)
def test_models_have_the_patience_of_our_client(
    things: type[Thing], table: Table, passing: tuple[int, bytes] | NoAnswerError
) -> None:
    calls = answering(table, passing)
    things("a", "1").save()
    assert [call.operation for call in calls] == ["PutItem"] * 2

    calls = answering(table, *[passing] * PATIENT.tries)
    with pytest.raises(Unavailable):
        things("a", "1").save()
    assert len(calls) == PATIENT.tries


def test_a_transaction_whose_answer_was_lost_is_known_again(things: type[Thing], table: Table) -> None:
    calls = answering(table, NoAnswerError())
    with TransactWrite(connection=connect(table)) as transaction:
        transaction.save(things("a", "1"), condition=Thing.pk.does_not_exist())
    tokens = [json.loads(call.body)["ClientRequestToken"] for call in calls]
    assert len(tokens) == 2
    assert len(set(tokens)) == 1
