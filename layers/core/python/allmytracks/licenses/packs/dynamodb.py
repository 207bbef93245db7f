"""Project packs in the accounts table and their files in S3."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.config import Config
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, PutError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from s3transfer.manager import TransferManager

from allmytracks.foundation.aws.calls import aws_call
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.licenses.packs.rules import PackFile, PackNotFound, ProjectPack

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Longer than any file is kept: until then its member sees the pack's status.
KEPT = timedelta(days=30)
NOT_FOUND = "You have no such pack."


class PackItem(Model):
    """One pack; DynamoDB drops it after `expires_at` (TTL, epoch seconds)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    project = UnicodeAttribute()
    requested_at = UnicodeAttribute()
    made_at = UnicodeAttribute(null=True)
    letters = NumberAttribute(null=True)
    size = NumberAttribute(null=True)
    problem = UnicodeAttribute(null=True)
    expires_at = NumberAttribute()


class DynamoProjectPacks:
    """Packs in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(PackItem, table)

    def add(self, pack: ProjectPack) -> ProjectPack:
        item = self._items(
            account_key(pack.account_id),
            pack_sk(pack.id),
            project=pack.project,
            requested_at=rfc3339(pack.requested_at),
            expires_at=int((pack.requested_at + KEPT).timestamp()),
        )
        try:
            item.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise
            return self.get(pack.account_id, pack.id)
        return pack

    def get(self, account_id: str, pack_id: str) -> ProjectPack:
        try:
            item = self._items.get(account_key(account_id), pack_sk(pack_id), consistent_read=True)
        except DoesNotExist:
            raise PackNotFound(NOT_FOUND) from None
        file = None
        if item.made_at is not None:
            file = PackFile(parse_rfc3339(item.made_at), int(item.letters or 0), int(item.size or 0))
        return ProjectPack(pack_id, account_id, item.project, parse_rfc3339(item.requested_at), file, item.problem)

    def finish(self, pack: ProjectPack, outcome: PackFile | str) -> None:
        model = self._items
        actions: list[Action]
        if isinstance(outcome, str):
            actions = [model.problem.set(outcome)]
        else:
            actions = [
                model.made_at.set(rfc3339(outcome.made_at)),
                model.letters.set(outcome.letters),
                model.size.set(outcome.size),
            ]
        open_still = model.pk.exists() & model.made_at.does_not_exist() & model.problem.does_not_exist()
        try:
            model(account_key(pack.account_id), pack_sk(pack.id)).update(actions=actions, condition=open_still)
        except UpdateError as error:
            if not is_condition_failure(error):
                raise


class S3PackFiles:
    """Files in a bucket, under a prefix whose lifecycle rule removes them."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._s3: S3Client = sdk_client("s3", config=Config(read_timeout=60))  # a worker may wait

    def put(self, key: str, file: Path) -> None:
        # Multipart, so that a file of any size takes little memory.
        with aws_call(), file.open("rb") as content, TransferManager(self._s3) as transfers:
            transfers.upload(content, self._bucket, key, extra_args={"ContentType": "application/zip"}).result()


def pack_sk(pack_id: str) -> str:
    """The sort key of a pack in its account's partition."""
    return f"PACK#{pack_id}"
