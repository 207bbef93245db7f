"""DynamoDB without models: a table, its client, and items as Python values."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from allmytracks.foundation.aws.client import (
    DYNAMODB,
    HASTY,
    PATIENT,
    AwsClient,
    RefusedError,
    aws_client,
)
from allmytracks.foundation.aws.errors import CANCELED, CONDITION_FAILED
from allmytracks.foundation.errors import Unavailable

# An item, or a key, in DynamoDB's JSON: {"pk": {"S": "..."}}.
Attributes = Mapping[str, Mapping[str, Any]]
ABSENT = "attribute_not_exists(pk)"
GET_ATTEMPTS = 5


class Table(Struct, frozen=True):
    """A table's name and, outside AWS, the endpoint of its DynamoDB.

    `patient` calls wait for seconds and are retried; without it there is one try of half a second, for what can be
    skipped.
    """

    name: str
    endpoint: str | None = None
    patient: bool = True

    @property
    def client(self) -> AwsClient:
        """The process's client for that endpoint."""
        return aws_client(DYNAMODB, self.endpoint, PATIENT if self.patient else HASTY)


def get_item(table: Table, key: Attributes) -> Attributes | None:
    """The item, read consistently. Raises Unavailable."""
    found: Attributes | None = table.client.call(
        "GetItem", {"TableName": table.name, "Key": key, "ConsistentRead": True}
    ).get("Item")
    return found


def get_items(table: Table, keys: Sequence[Attributes]) -> list[Attributes]:
    """The existing ones of up to a hundred items, read consistently. Raises Unavailable."""
    found: list[Attributes] = []
    waiting: Mapping[str, Any] = {table.name: {"Keys": keys, "ConsistentRead": True}} if keys else {}
    for _ in range(GET_ATTEMPTS):
        if not waiting:
            return found
        answer = table.client.call("BatchGetItem", {"RequestItems": waiting})
        found += answer["Responses"].get(table.name, [])
        waiting = answer.get("UnprocessedKeys", {})  # keys that a throttled table left out are requested again
    raise Unavailable


def put_where_absent(table: Table, item: Attributes) -> Attributes | None:
    """None where it was put, else the stored item (itself, if a response was lost). Raises Unavailable."""
    asked = {
        "TableName": table.name,
        "Item": item,
        "ConditionExpression": ABSENT,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    try:
        table.client.call("PutItem", asked)
    except RefusedError as refused:
        if refused.code != "ConditionalCheckFailedException":
            raise
        known: Attributes = refused.answer["Item"]
        return known
    return None


def update_where_present(
    table: Table, key: Attributes, update: str, names: Mapping[str, str], values: Attributes
) -> Attributes | None:
    """The updated item; None where there is no such item. Raises Unavailable.

    The expression must be idempotent (SET and REMOVE, no ADD): it is retried where a response was lost.
    """
    asked = {
        "TableName": table.name,
        "Key": key,
        "UpdateExpression": update,
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeNames": names,
        "ReturnValues": "ALL_NEW",
        **({"ExpressionAttributeValues": values} if values else {}),
    }
    try:
        left: Attributes = table.client.call("UpdateItem", asked)["Attributes"]
    except RefusedError as refused:
        if refused.code != "ConditionalCheckFailedException":
            raise
        return None
    return left


def transact(client: AwsClient, items: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Writes atomically; empty on success, else a reason for each item: its condition held or not.

    Raises Unavailable.
    """
    try:
        client.call("TransactWriteItems", with_request_token({"TransactItems": items}))
    except RefusedError as refused:
        reasons: list[Mapping[str, Any]] = refused.answer.get("CancellationReasons", [])
        if refused.code != CANCELED or not any(failed(reason) for reason in reasons):
            raise
        return reasons
    return []


def with_request_token(transaction: Mapping[str, Any]) -> Mapping[str, Any]:
    """Adds a request token, the same for each retry, so that DynamoDB recognises a repeated transaction."""
    return {"ClientRequestToken": str(uuid.uuid4()), **transaction}


def failed(reason: Mapping[str, Any]) -> bool:
    """Whether this item's condition in a transaction failed."""
    return bool(reason["Code"] == CONDITION_FAILED)


def pages(client: AwsClient, operation: str, asked: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All response pages of a Query or Scan. Raises Unavailable."""
    start: Mapping[str, Any] = {}
    while True:
        page = client.call(operation, {**asked, **start})
        yield page
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def to_attributes(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Texts, numbers, booleans and sequences of them in DynamoDB's JSON; None is absent."""
    return {name: _to_attribute(value) for name, value in values.items() if value is not None}


def _to_attribute(value: Any) -> dict[str, Any]:
    match value:
        case str():
            return {"S": str(value)}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": repr(value)}
        case _:
            return {"L": [_to_attribute(each) for each in value]}


def to_values(item: Attributes) -> dict[str, Any]:
    """The inverse of to_attributes, sequences as lists. Raises LookupError on other types."""
    return {name: _to_value(attribute) for name, attribute in item.items()}


def _to_value(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    if kind == "L":
        return [_to_value(each) for each in value]
    return _number(value) if kind == "N" else {"S": value, "BOOL": value}[kind]


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)
