"""The front identifies the caller, enforces the function's policy, and records the call."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.localcloud.deployment import Deployment
from tests.localcloud.aws.front import Front

FUNCTION = "PutThingFunction"


@pytest.fixture
def recorded(front: Front) -> Callable[[], list[dict[str, Any]]]:
    """The lines written since the test began."""
    begun = front.calls_file.stat().st_size

    def lines() -> list[dict[str, Any]]:
        with front.calls_file.open("rb") as file:
            file.seek(begun)
            return [json.loads(line) for line in file]

    return lines


def refusal(act: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        act()
    error = raised.value.response["Error"]
    return error["Code"], error.get("Message", "")


def test_an_allowed_call_passes_and_is_recorded(
    front: Front, deployed: Deployment, recorded: Callable[[], list[dict[str, Any]]]
) -> None:
    table = deployed.physical_ids["Data.ThingsTable"]
    item = {"pk": {"S": "secret-of-a-member"}, "sk": {"S": "1"}}
    front.client("dynamodb", FUNCTION).put_item(TableName=table, Item=item)
    assert front.client("dynamodb").get_item(TableName=table, Key=item)["Item"] == item
    (line,) = recorded()
    assert line.pop("request") > 0
    assert line == {
        "function": FUNCTION,
        "action": "dynamodb:PutItem",
        "resource": f"arn:aws:dynamodb:ap-southeast-1:123456789012:table/{table}",
        "operation": "PutItem",
    }


def test_a_call_outside_the_policy_is_denied_and_does_nothing(
    front: Front, deployed: Deployment, recorded: Callable[[], list[dict[str, Any]]]
) -> None:
    table = deployed.physical_ids["Data.ThingsTable"]
    key = {"pk": {"S": "kept"}, "sk": {"S": "1"}}
    front.client("dynamodb").put_item(TableName=table, Item=key)
    code, message = refusal(lambda: front.client("dynamodb", FUNCTION).delete_item(TableName=table, Key=key))
    assert code == "AccessDeniedException"
    assert "dynamodb:DeleteItem" in message
    assert "Item" in front.client("dynamodb").get_item(TableName=table, Key=key)
    assert [line["denied"] for line in recorded()] == [True]


def test_a_transaction_needs_leave_for_each_of_its_parts(
    front: Front, deployed: Deployment, recorded: Callable[[], list[dict[str, Any]]]
) -> None:
    table = deployed.physical_ids["Data.ThingsTable"]
    put = {"Put": {"TableName": table, "Item": {"pk": {"S": "t"}, "sk": {"S": "1"}}}}
    check = {
        "ConditionCheck": {
            "TableName": table,
            "Key": {"pk": {"S": "t"}, "sk": {"S": "2"}},
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }
    client = front.client("dynamodb", FUNCTION)
    client.transact_write_items(TransactItems=[put])
    code, message = refusal(lambda: client.transact_write_items(TransactItems=[put, check]))
    assert (code, "dynamodb:ConditionCheckItem" in message) == ("AccessDeniedException", True)
    lines = recorded()
    assert [line["action"] for line in lines] == ["dynamodb:PutItem", "dynamodb:PutItem", "dynamodb:ConditionCheckItem"]
    assert len({line["request"] for line in lines}) == 2


def test_a_query_on_an_index_needs_leave_for_the_index(front: Front, deployed: Deployment) -> None:
    table = deployed.physical_ids["Data.ThingsTable"]
    client = front.client("dynamodb", "WorkFunction")
    values = {":a": {"S": "x"}}
    found = client.query(
        TableName=table,
        IndexName="timeline",
        KeyConditionExpression="timeline_key = :a",
        ExpressionAttributeValues=values,
    )
    assert found["Items"] == []
    code, _ = refusal(
        lambda: client.query(TableName=table, KeyConditionExpression="pk = :a", ExpressionAttributeValues=values)
    )
    assert code == "AccessDeniedException"


def test_objects_outside_the_allowed_prefix_are_denied(front: Front, deployed: Deployment) -> None:
    bucket = deployed.physical_ids["Data.FilesBucket"]
    for key in ("things/1", "others/1"):
        front.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")
    client = front.client("s3", FUNCTION)
    assert client.get_object(Bucket=bucket, Key="things/1")["Body"].read() == b"x"
    assert refusal(lambda: client.get_object(Bucket=bucket, Key="others/1"))[0] == "AccessDenied"
    assert refusal(lambda: client.put_object(Bucket=bucket, Key="things/1", Body=b"y"))[0] == "AccessDenied"


def test_without_list_permission_a_missing_object_is_access_denied(front: Front, deployed: Deployment) -> None:
    bucket = deployed.physical_ids["Data.FilesBucket"]
    absent = {"Bucket": bucket, "Key": "things/absent"}
    assert refusal(lambda: front.client("s3", FUNCTION).get_object(**absent))[0] == "AccessDenied"
    assert refusal(lambda: front.client("s3").get_object(**absent))[0] == "NoSuchKey"


def test_queues_and_buses_are_checked_by_their_arns(front: Front, deployed: Deployment) -> None:
    ids = deployed.physical_ids
    sqs = front.client("sqs", FUNCTION)
    sqs.send_message(
        QueueUrl=ids["Messaging.WorkQueue"], MessageBody="m", MessageGroupId="g", MessageDeduplicationId="d"
    )
    code, _ = refusal(lambda: sqs.send_message(QueueUrl=ids["Messaging.NoticesQueue"], MessageBody="m"))
    assert code.startswith("AccessDenied")
    events = front.client("events", FUNCTION)
    entry = {"Source": "other", "DetailType": "x", "Detail": "{}"}
    assert events.put_events(Entries=[{**entry, "EventBusName": ids["Messaging.Bus"]}])["FailedEntryCount"] == 0
    assert refusal(lambda: events.put_events(Entries=[entry]))[0] == "AccessDeniedException"


def test_a_key_is_checked_by_any_of_its_names(front: Front, deployed: Deployment) -> None:
    assert deployed
    for name in ("alias/things-dev", front.client("kms").describe_key(KeyId="alias/things-dev")["KeyMetadata"]["Arn"]):
        code, message = refusal(
            lambda name=name: front.client("kms", FUNCTION).sign(  # type: ignore[misc]  # the loop's own name
                KeyId=name, Message=b"m", MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256"
            )
        )
        assert code == "AccessDeniedException"
        assert ":key/" in message


def test_an_unknown_key_id_opens_nothing(front: Front, deployed: Deployment) -> None:
    table = deployed.physical_ids["Data.ThingsTable"]
    act = front.client("dynamodb", "NoSuchFunction").describe_table
    assert refusal(lambda: act(TableName=table))[0] == "UnrecognizedClientException"
    assert refusal(front.client("s3", "NoSuchFunction").list_buckets)[0] == "InvalidAccessKeyId"


def test_mail_is_kept_whole_and_only_from_known_senders(front: Front) -> None:
    client = front.client("sesv2")
    client.create_email_identity(EmailIdentity="example.com")
    content = {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "plain"}, "Html": {"Data": "<p>rich</p>"}}}
    message = {"Destination": {"ToAddresses": ["reader@example.org"]}, "Content": {"Simple": content}}
    client.send_email(FromEmailAddress="AllMyTracks <no-reply@example.com>", **message)
    (mail,) = front.mails("reader@example.org")
    assert (mail["subject"], mail["text"], mail["html"]) == ("Hello", "plain", "<p>rich</p>")
    assert refusal(lambda: client.send_email(FromEmailAddress="who@unknown.example", **message))[0] == "MessageRejected"
    assert len(front.mails("reader@example.org")) == 1


def test_transactions_from_many_threads_do_not_undo_each_other(front: Front, deployed: Deployment) -> None:
    table, client = deployed.physical_ids["Data.ThingsTable"], front.client("dynamodb", max_pool_connections=16)
    counter = {"pk": {"S": "counter"}, "sk": {"S": "1"}}
    client.put_item(TableName=table, Item={**counter, "n": {"N": "0"}})
    add = {
        "TableName": table,
        "Key": counter,
        "UpdateExpression": "ADD n :one",
        "ConditionExpression": "n < :limit",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":limit": {"N": "50"}},
    }

    def take(number: int) -> bool:
        put = {"TableName": table, "Item": {"pk": {"S": "taken"}, "sk": {"S": str(number)}}}
        try:
            client.transact_write_items(TransactItems=[{"Update": add}, {"Put": put}])
        except client.exceptions.TransactionCanceledException:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        taken = sum(pool.map(take, range(100)))
    kept = client.query(
        TableName=table, KeyConditionExpression="pk = :t", ExpressionAttributeValues={":t": {"S": "taken"}}
    )["Count"]
    assert (taken, kept) == (50, 50)
    assert client.get_item(TableName=table, Key=counter)["Item"]["n"] == {"N": "50"}
