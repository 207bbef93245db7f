"""Shared by all DynamoDB repositories: PynamoDB models bound to a table, with calls sent by our own client."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar, cast

from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import CancellationReason, PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from allmytracks.foundation.aws.client import AwsClient, RefusedError
from allmytracks.foundation.aws.errors import CONDITION_FAILED
from allmytracks.foundation.aws.tables import Table as Table  # noqa: PLC0414 - re-exported for the repositories
from allmytracks.foundation.aws.tables import with_request_token
from allmytracks.foundation.forms import FORM, Upgrade, missing, newest

M = TypeVar("M", bound=Model)


class ModelsClient:
    """The client that PynamoDB uses instead of botocore's: it sends by ours, which alone decides on retries.

    Raises Unavailable, which passes through PynamoDB, and ClientError, which PynamoDB turns into its own errors.
    """

    # PynamoDB would create a botocore client if this one had a signer without credentials.
    _request_signer = None

    def __init__(self, client: AwsClient) -> None:
        self._client = client

    def _make_api_call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """One call with botocore's conventions: binary values are bytes in parameters and response."""
        asked = with_request_token(parameters) if operation == "TransactWriteItems" else parameters
        try:
            answer: dict[str, Any] = _with_bytes(self._client.call(operation, asked))
        except RefusedError as refused:
            error = {"Code": refused.code, "Message": refused.message}
            raise ClientError(cast("Any", {**_with_bytes(refused.answer), "Error": error}), operation) from refused
        return answer


def _with_bytes(value: Any) -> Any:
    """A response with its binary attributes as bytes: on the wire they are base64.

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
    """The attributes of history_attributes, beside a model's own; absent where the item is in no history."""

    history_of = UnicodeAttribute(null=True)
    history_at = UnicodeAttribute(null=True)
    history = UnicodeAttribute(null=True)


class Upgradable(Model):
    """An item whose kind has had older forms: read as the newest one, written as the newest one.

    It is put only where no newer form is stored, which would lose what this version does not know; updates name their
    attributes, and keep the others.
    """

    upgrades: ClassVar[Sequence[Upgrade]] = ()
    form = NumberAttribute(null=True)

    @classmethod
    def from_raw_data(cls, data: dict[str, Any]) -> Self:
        """The item of a response."""
        return super().from_raw_data({**data, **missing(data, cls.upgrades)})

    def deserialize(self, attribute_values: dict[str, dict[str, Any]]) -> None:
        """Takes over what a response says of the item."""
        super().deserialize({**attribute_values, **missing(attribute_values, self.upgrades)})

    def serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:  # noqa: FBT001, FBT002 - PynamoDB's
        """The item as it is put."""
        return {**super().serialize(null_check), FORM: {"N": str(newest(self.upgrades))}}

    def _get_save_args(self, condition: Condition | None = None, **more: Any) -> Any:
        known = type(self).form.does_not_exist() | (type(self).form <= newest(self.upgrades))
        return super()._get_save_args(known if condition is None else condition & known, **more)


def connect(table: Table) -> Connection:
    """A connection for transactions."""
    return _through_our_client(Connection(host=table.endpoint), table)


def bind(model: type[M], table: Table) -> type[M]:
    """Binds `model` to `table`: PynamoDB keeps the name on the class, and only the composition root has it."""
    meta = type("Meta", (), {"table_name": table.name, "host": table.endpoint})
    bound: type[M] = type(model.__name__, (model,), {"Meta": meta, "__module__": model.__module__})
    _through_our_client(bound._get_connection().connection, table)  # noqa: SLF001 - no public way exists
    return bound


def _through_our_client(connection: Connection, table: Table) -> Connection:
    connection._client = cast("Any", ModelsClient(table.client))  # noqa: SLF001 - as in bind
    return connection


def is_condition_failure(error: PynamoDBException) -> bool:
    """Whether DynamoDB refused because a condition failed (single writes and transactions alike)."""
    if error.cause_response_code == "ConditionalCheckFailedException":
        return True
    reasons = failed_reasons(error) if isinstance(error, TransactWriteError) else []
    return any(reason is not None and reason.code == CONDITION_FAILED for reason in reasons)


def failed_reasons(error: TransactWriteError) -> list[CancellationReason | None]:
    """The reason of each item or None, in PynamoDB's order: condition checks, deletes, puts, updates."""
    return list(error.cancellation_reasons)
