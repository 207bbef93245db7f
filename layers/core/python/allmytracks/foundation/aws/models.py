"""What all DynamoDB repositories share: PynamoDB models bound to a table, whose calls our own client sends."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from botocore.exceptions import ClientError
from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import CancellationReason, PynamoDBException, TransactWriteError
from pynamodb.models import Model

from allmytracks.foundation.aws.client import AwsClient, RefusedError
from allmytracks.foundation.aws.errors import CONDITION_FAILED
from allmytracks.foundation.aws.tables import Table as Table  # noqa: PLC0414 - offered on: every repository is of a table
from allmytracks.foundation.aws.tables import with_request_token

M = TypeVar("M", bound=Model)


class ModelsClient:
    """The client that PynamoDB asks, in place of botocore's: it sends by ours, which alone decides what is tried again.

    Raises Unavailable, which goes through PynamoDB, and ClientError, which PynamoDB turns into its own errors.
    """

    # PynamoDB makes a client of botocore's where this one has a signer that lacks credentials.
    _request_signer = None

    def __init__(self, client: AwsClient) -> None:
        self._client = client

    def _make_api_call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """One call as botocore would make it: bytes in parameters and answer are bytes."""
        asked = with_request_token(parameters) if operation == "TransactWriteItems" else parameters
        try:
            answer: dict[str, Any] = _with_bytes(self._client.call(operation, asked))
        except RefusedError as refused:
            error = {"Code": refused.code, "Message": refused.message}
            raise ClientError(cast("Any", {**_with_bytes(refused.answer), "Error": error}), operation) from refused
        return answer


def _with_bytes(value: Any) -> Any:
    """An answer with its binary attributes as bytes: on the wire they are base64.

    {"B": "..."} is an attribute's value; an attribute that is itself named B holds a mapping.
    """
    match value:
        case {"B": str(text)}:
            return {"B": b64decode(text)}
        case {"BS": [*texts]}:
            return {"BS": [b64decode(text) for text in texts]}
        case dict():
            return {name: _with_bytes(each) for name, each in value.items()}
        case list():
            return [_with_bytes(each) for each in value]
        case _:
            return value


class ListedInHistory(Model):
    """The attributes that history_attributes makes, beside a model's own; absent where a subject's history lacks it."""

    history_of = UnicodeAttribute(null=True)
    history_at = UnicodeAttribute(null=True)
    history = UnicodeAttribute(null=True)


def connect(table: Table) -> Connection:
    """A connection for transactions."""
    return _through_our_client(Connection(host=table.endpoint), table)


def bind(model: type[M], table: Table) -> type[M]:
    """`model` on `table`: PynamoDB keeps the table's name on the class, and only the composition root knows it."""
    meta = type("Meta", (), {"table_name": table.name, "host": table.endpoint})
    bound: type[M] = type(model.__name__, (model,), {"Meta": meta, "__module__": model.__module__})
    _through_our_client(bound._get_connection().connection, table)  # noqa: SLF001 - it offers no way to hand one in
    return bound


def _through_our_client(connection: Connection, table: Table) -> Connection:
    connection._client = cast("Any", ModelsClient(table.client))  # noqa: SLF001 - as in bind
    return connection


def is_condition_failure(error: PynamoDBException) -> bool:
    """Whether DynamoDB refused because a condition did not hold (single writes and transactions alike)."""
    if error.cause_response_code == "ConditionalCheckFailedException":
        return True
    reasons = failed_reasons(error) if isinstance(error, TransactWriteError) else []
    return any(reason is not None and reason.code == CONDITION_FAILED for reason in reasons)


def failed_reasons(error: TransactWriteError) -> list[CancellationReason | None]:
    """One entry for each item of the transaction: condition checks, deletes, puts, updates, in PynamoDB's order."""
    return list(error.cancellation_reasons)
