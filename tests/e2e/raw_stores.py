"""The raw content of every store of the local cloud."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3

from allmytracks.accounts.dynamodb_addresses import address_hash
from allmytracks.foundation.records import BUCKETS, Store
from allmytracks.privacy.records import covering
from infra.localcloud.credentials import MACHINERY, REGION, SECRET
from infra.localcloud.supervisor import Handle
from tests.factories.stored import STORES


class Stores:
    """Every store of the local cloud, raw."""

    def __init__(self, cloud: Handle) -> None:
        self._folder: Path = cloud.folder
        session: Any = boto3.Session(MACHINERY, SECRET, region_name=REGION)
        self._client: Callable[[str], Any] = lambda name: session.client(name, endpoint_url=cloud.ready["aws"])

    def places(self) -> Iterator[tuple[str, str]]:
        """Each place, and all that it holds as text."""
        yield from self._tables()
        yield from self._objects()
        yield from self._users()
        yield from self._messages()
        for path in sorted((self._folder / "logs").glob("*")):
            yield f"log {path.name}", path.read_text(errors="replace")

    def user_name_of(self, email: str) -> str:
        """The random name of the user that an address belongs to."""
        hashed = address_hash(email)
        owners = (text for place, text in self._tables() if place == "owner of an address" and hashed in text)
        return str(json.loads(next(owners))["user_name"]["S"])

    def object_keys(self) -> list[str]:
        """The keys of all objects."""
        s3 = self._client("s3")
        pages = [
            page
            for bucket in s3.list_buckets()["Buckets"]
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket["Name"])
        ]
        return [each["Key"] for page in pages for each in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]]

    def _tables(self) -> Iterator[tuple[str, str]]:
        dynamodb = self._client("dynamodb")
        for table in dynamodb.list_tables()["TableNames"]:
            described = dynamodb.describe_table(TableName=table)["Table"]
            indexes = [each["IndexName"] for each in described.get("GlobalSecondaryIndexes", [])]
            for index in [None, *indexes]:
                named = {"IndexName": index} if index else {}
                for page in dynamodb.get_paginator("scan").paginate(TableName=table, **named):
                    for item in page["Items"]:
                        yield self._name(table, index, item), json.dumps(item, ensure_ascii=False, default=str)

    @staticmethod
    def _name(table: str, index: str | None, item: dict[str, Any]) -> str:
        key, sort = item["pk"]["S"], item.get("sk", {}).get("S")
        kinds = [each.name for each in covering(_store(table), key, sort)]
        return f"{kinds[0] if kinds else f'{key} {sort}'}{f' in {index}' if index else ''}"

    def _objects(self) -> Iterator[tuple[str, str]]:
        s3 = self._client("s3")
        for bucket in s3.list_buckets()["Buckets"]:
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket["Name"]):
                for each in page.get("Versions", []):
                    if not each["Key"].endswith((".wav", ".mp3")):
                        found = s3.get_object(Bucket=bucket["Name"], Key=each["Key"], VersionId=each["VersionId"])
                        text = found["Body"].read().decode("latin-1")
                        yield _kind_of(each["Key"]), f"{each['Key']} {text}"

    def _users(self) -> Iterator[tuple[str, str]]:
        cognito = self._client("cognito-idp")
        for pool in cognito.list_user_pools(MaxResults=10)["UserPools"]:
            for page in cognito.get_paginator("list_users").paginate(UserPoolId=pool["Id"]):
                for user in page["Users"]:
                    yield "user", json.dumps(user, default=str)

    def _messages(self) -> Iterator[tuple[str, str]]:
        sqs = self._client("sqs")
        for url in sqs.list_queues().get("QueueUrls", []):
            for _ in range(3):
                found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
                for message in found.get("Messages", []):
                    yield f"queue {url.rpartition('/')[2]}", message["Body"]


def _kind_of(key: str) -> str:
    """The declared kind of an object."""
    kinds = [each.name for store in BUCKETS for each in covering(store, key)]
    return kinds[0] if kinds else f"object {key.partition('/')[0]}/"


def _store(table: str) -> Store:
    """Which one it is, by its name, which begins with the stack's."""
    return next(store for name, store in STORES.items() if name.lower() in table.lower().replace("-", ""))
