"""What is stored and declared in no records.py: items in tables, objects that botocore's clients put."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore import handlers

from allmytracks.foundation.records import BUCKETS, Store
from allmytracks.privacy.records import covering

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STORES = {
    "AccountsTable": Store.ACCOUNTS,
    "CountersTable": Store.COUNTERS,
    "CatalogTable": Store.CATALOG,
    "RegisterTable": Store.REGISTER,
    "RecordingsTable": Store.RECORDINGS,
}
# Made up by tests of tables and buckets as such.
OF_TESTS = frozenset({"a", "heads/1", "batches/1"})
put_keys: list[str] = []


def undeclared_items(client: DynamoDBClient, logical_name: str, table: str) -> list[str]:
    """The keys in a table that no declaration covers, or more than one."""
    store = STORES[logical_name]
    found = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    keys = [(str(item["pk"]["S"]), item.get("sk", {}).get("S")) for page in found for item in page["Items"]]
    return [f"{store}: {pk} {sk}" for pk, sk in keys if pk not in OF_TESTS and len(covering(store, pk, sk)) != 1]


def undeclared_objects(keys: list[str]) -> list[str]:
    """Those that no declaration covers, whatever their bucket: tests name buckets as they like."""
    return [key for key in keys if key not in OF_TESTS and not any(covering(store, key) for store in BUCKETS)]


def _remember(params: dict[str, Any], **_: object) -> None:
    put_keys.append(str(params["Key"]))


# Every client of botocore that is made from now on, as moto does it.
for _operation in ("PutObject", "CreateMultipartUpload", "CopyObject"):
    handlers.BUILTIN_HANDLERS.append((f"before-parameter-build.s3.{_operation}", _remember))
