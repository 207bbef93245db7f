"""What all DynamoDB repositories share: binding a PynamoDB model to a table, and translating its errors."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from botocore.exceptions import BotoCoreError
from pynamodb.connection import Connection
from pynamodb.exceptions import CancellationReason, PynamoDBException, TransactWriteError
from pynamodb.models import Model

from allmytracks.foundation.aws.errors import (
    CONDITION_FAILED,
    CONFLICT_RETRIES,
    FIRST_PAUSE_SECONDS,
    TRANSIENT,
    TRANSIENT_REASONS,
)
from allmytracks.foundation.aws.tables import Table as Table  # noqa: PLC0414 - offered on: every repository is of a table
from allmytracks.foundation.aws.time_left import seconds_left
from allmytracks.foundation.errors import Unavailable

# What one call of a patient client takes at most: three tries of 1.5 seconds, and botocore's pauses of up to 1 and 2.
SILENCE_SECONDS = 7.5

M = TypeVar("M", bound=Model)
T = TypeVar("T")


@cache
def _shared(endpoint: str | None, patient: bool) -> Connection:  # noqa: FBT001 - as Table says it
    """The first connection to one DynamoDB; its client serves all others."""
    made = Connection(
        host=endpoint,
        connect_timeout_seconds=1 if patient else 0.5,
        read_timeout_seconds=1.5 if patient else 0.5,
        retry_configuration={"mode": "standard", "total_max_attempts": 3 if patient else 1},
    )
    _ = made.client  # made here, before threads or the first request need it
    return made


def connect(table: Table) -> Connection:
    """A connection for transactions."""
    return _with_shared_client(Connection(host=table.endpoint), table)


def bind(model: type[M], table: Table) -> type[M]:
    """`model` on `table`: PynamoDB keeps the table's name on the class, and only the composition root knows it."""
    meta = type("Meta", (), {"table_name": table.name, "host": table.endpoint})
    bound: type[M] = type(model.__name__, (model,), {"Meta": meta, "__module__": model.__module__})
    _with_shared_client(bound._get_connection().connection, table)  # noqa: SLF001 - see _with_shared_client
    return bound


def _with_shared_client(connection: Connection, table: Table) -> Connection:
    # PynamoDB makes a botocore client for each model, and one client costs more than all else of a cold start.
    connection._client = _shared(table.endpoint, table.patient).client  # noqa: SLF001 - it offers no way to hand one in
    return connection


@contextmanager
def translated() -> Iterator[None]:
    """Raises Unavailable for what DynamoDB asks to try again; everything else is a defect and stays as it is."""
    try:
        yield
    except PynamoDBException as error:
        if _is_transient(error):
            raise Unavailable from error
        raise


def repeated(write: Callable[[], T]) -> T:
    """Makes a write that is safe to repeat, again where another holds one of its items or the answer was lost.

    Raises Unavailable when it did not succeed in CONFLICT_RETRIES attempts, or where one more could come too late.
    """
    for attempt in range(1, CONFLICT_RETRIES):
        try:
            with translated():
                return write()
        except Unavailable:
            if seconds_left() < SILENCE_SECONDS:
                raise
            time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter, no secret
    with translated():
        return write()


def _is_transient(error: PynamoDBException) -> bool:
    if isinstance(error.cause, BotoCoreError):
        return True  # the connection failed: no answer came
    if error.cause_response_code in TRANSIENT:
        return True
    reasons = failed_reasons(error) if isinstance(error, TransactWriteError) else []
    return any(reason is not None and reason.code in TRANSIENT_REASONS for reason in reasons)


def is_condition_failure(error: PynamoDBException) -> bool:
    """Whether DynamoDB refused because a condition did not hold (single writes and transactions alike)."""
    if isinstance(error.cause, BotoCoreError):
        return False  # no answer came, so that there is no code in it
    if error.cause_response_code == "ConditionalCheckFailedException":
        return True
    reasons = failed_reasons(error) if isinstance(error, TransactWriteError) else []
    return any(reason is not None and reason.code == CONDITION_FAILED for reason in reasons)


def failed_reasons(error: TransactWriteError) -> list[CancellationReason | None]:
    """One entry for each item of the transaction: condition checks, deletes, puts, updates, in PynamoDB's order."""
    return list(error.cancellation_reasons)
