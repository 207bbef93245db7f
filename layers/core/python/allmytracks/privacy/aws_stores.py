"""All stores by declared keys: tables, buckets, and the identity service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.config import Config

from allmytracks.accounts.ports import IdentityProvider
from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.client import RefusedError
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.aws.tables import Table, get_item, to_attributes
from allmytracks.foundation.records import BUCKETS, TABLES, Store
from allmytracks.privacy.ports import Stored

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SINGLE_KEY = frozenset({Store.COUNTERS})
_values, _attributes = TypeDeserializer(), TypeSerializer()
Page = tuple[Sequence[Stored], str | None]


class AwsStores:
    """Tables, buckets and users; buckets and users are asked for only where a declaration leads to them."""

    def __init__(
        self, tables: Mapping[Store, Table], buckets: Mapping[Store, str], identity: IdentityProvider | None = None
    ) -> None:
        self._tables = tables
        self._buckets = buckets
        self._identity = identity
        self.s3: S3Client = sdk_client("s3", config=Config(read_timeout=60))  # a worker may wait

    def page(self, store: Store, key: str, *, after: str | None, limit: int) -> Page:
        if store in SINGLE_KEY:
            item = get_item(self._tables[store], {"pk": {"S": key}})
            return ([] if item is None else [as_stored(store, item)]), None
        if store in TABLES:
            return self._items(store, key, after, limit)
        if store in BUCKETS:
            return self._objects(store, key), None
        return [Stored(store, key, None, {})], None

    def _items(self, store: Store, key: str, after: str | None, limit: int) -> Page:
        table = self._tables[store]
        asked: dict[str, Any] = {
            "TableName": table.name,
            "KeyConditionExpression": "pk = :key" + ("" if after is None else " AND sk > :after"),
            "ExpressionAttributeValues": to_attributes({":key": key, ":after": after}),
            "ConsistentRead": True,
            "Limit": limit,
        }
        answer = table.client.call("Query", asked)
        found = [as_stored(store, item) for item in answer["Items"]]
        return found, found[-1].sort if "LastEvaluatedKey" in answer and found else None

    def remove(self, stored: Stored) -> None:
        if stored.store in TABLES:
            table = self._tables[stored.store]
            table.client.call("DeleteItem", {"TableName": table.name, "Key": key_of(stored)})
        elif stored.store in BUCKETS:
            for version in self._versions(stored.store, stored.key):
                with aws_call():
                    self.s3.delete_object(Bucket=self._buckets[stored.store], Key=stored.key, VersionId=version)
        elif self._identity is not None:
            self._identity.discard(stored.key)
        else:
            raise LookupError(f"No {stored.store} is at hand.")

    def remove_unchanged(self, stored: Stored) -> bool:
        table = self._tables[stored.store]
        read = {name: value for name, value in stored.attributes.items() if name not in {"pk", "sk"}}
        same = [f"#{at} = :{at}" for at in range(len(read))]
        asked: dict[str, Any] = {
            "TableName": table.name,
            "Key": key_of(stored),
            "ConditionExpression": " AND ".join(["attribute_exists(pk)", *same]),
        }
        if read:
            asked["ExpressionAttributeNames"] = {f"#{at}": name for at, name in enumerate(read)}
            values = {f":{at}": _attributes.serialize(value) for at, value in enumerate(read.values())}
            asked["ExpressionAttributeValues"] = values
        try:
            table.client.call("DeleteItem", asked)
        except RefusedError as refused:
            if refused.code != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def change(self, stored: Stored, removed: frozenset[str], replaced: Mapping[str, str]) -> None:
        table = self._tables[stored.store]
        names = {f"#{at}": name for at, name in enumerate([*sorted(removed), *replaced])}
        of = {name: mark for mark, name in names.items()}
        parts = []
        if replaced:
            parts.append("SET " + ", ".join(f"{of[name]} = :{of[name][1:]}" for name in replaced))
        if removed:
            parts.append("REMOVE " + ", ".join(of[name] for name in sorted(removed)))
        asked: dict[str, Any] = {
            "TableName": table.name,
            "Key": key_of(stored),
            "UpdateExpression": " ".join(parts),
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeNames": names,
        }
        if replaced:
            asked["ExpressionAttributeValues"] = {f":{of[name][1:]}": {"S": text} for name, text in replaced.items()}
        try:
            table.client.call("UpdateItem", asked)
        except RefusedError as refused:
            if refused.code != "ConditionalCheckFailedException":
                raise

    def _objects(self, store: Store, key: str) -> list[Stored]:
        found = dict.fromkeys(name for name, _ in self._listed(store, key) if name == key or key.endswith("/"))
        return [Stored(store, name, None, {}) for name in found]

    def _versions(self, store: Store, key: str) -> list[str]:
        """All versions of an object, markers of deletion included."""
        return [version for name, version in self._listed(store, key) if name == key]

    def _listed(self, store: Store, prefix: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        with aws_call():
            asked = self.s3.get_paginator("list_object_versions").paginate(Bucket=self._buckets[store], Prefix=prefix)
            for answer in asked:
                found += [(str(each["Key"]), str(each["VersionId"])) for each in answer.get("Versions", [])]
                found += [(str(each["Key"]), str(each["VersionId"])) for each in answer.get("DeleteMarkers", [])]
        return found


class ListlessStores(AwsStores):
    """For reading alone: an object is named without a look whether it is there, as ten thousand looks take minutes."""

    def _objects(self, store: Store, key: str) -> list[Stored]:
        return super()._objects(store, key) if key.endswith("/") else [Stored(store, key, None, {})]


def as_stored(store: Store, item: Mapping[str, Any]) -> Stored:
    """An item as the use cases see it."""
    # Bytes name nothing that a declaration asks for.
    values = {name: _values.deserialize(value) for name, value in item.items() if not value.keys() & {"B", "BS"}}
    return Stored(store, str(values["pk"]), None if store in SINGLE_KEY else str(values["sk"]), values)


def key_of(stored: Stored) -> dict[str, dict[str, str]]:
    """An item's key in DynamoDB's JSON."""
    key = {"pk": {"S": stored.key}}
    return key if stored.sort is None else {**key, "sk": {"S": stored.sort}}
