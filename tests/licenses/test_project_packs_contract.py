"""Project packs on record: the twin in memory and DynamoDB keep one contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from msgspec.structs import replace

from allmytracks.foundation.errors import Unavailable
from allmytracks.licenses.packs.dynamodb import DynamoProjectPacks, S3PackFiles
from allmytracks.licenses.packs.ports import PackFiles, ProjectPacks
from allmytracks.licenses.packs.rules import TOO_MANY, PackFile, PackNotFound, ProjectPack
from tests.factories.instants import NOW
from tests.fakes.packs import MemoryPackFiles, MemoryProjectPacks

PACK = ProjectPack("pack_1", "acc-1", "Holiday film", NOW)
FILE = PackFile(NOW + timedelta(minutes=1), 12, 345_678)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def packs(request: pytest.FixtureRequest) -> ProjectPacks:
    if request.param == "memory":
        return MemoryProjectPacks()
    return DynamoProjectPacks(request.getfixturevalue("accounts_table"))


def test_a_pack_is_requested_once_and_belongs_to_its_member(packs: ProjectPacks) -> None:
    assert packs.add(PACK) == PACK
    assert packs.add(replace(PACK, project="Another", requested_at=NOW + timedelta(days=1))) == PACK
    assert packs.get("acc-1", "pack_1") == PACK
    for account_id, pack_id in (("acc-2", "pack_1"), ("acc-1", "pack_2")):
        with pytest.raises(PackNotFound):
            packs.get(account_id, pack_id)


def test_the_first_outcome_stays(packs: ProjectPacks) -> None:
    failed = replace(PACK, id="pack_2")
    for pack in (PACK, failed):
        packs.add(pack)
    packs.finish(PACK, FILE)
    packs.finish(PACK, replace(FILE, letters=13))
    packs.finish(PACK, TOO_MANY)
    assert packs.get("acc-1", "pack_1") == replace(PACK, file=FILE)
    packs.finish(failed, TOO_MANY)
    packs.finish(failed, FILE)
    assert packs.get("acc-1", "pack_2") == replace(failed, problem=TOO_MANY)
    packs.finish(replace(PACK, id="pack_9"), FILE)
    with pytest.raises(PackNotFound):
        packs.get("acc-1", "pack_9")


Files = tuple[PackFiles, Callable[[str], bytes]]


@pytest.fixture(params=["memory", "s3"])
def files(request: pytest.FixtureRequest) -> Iterator[Files]:
    """The store of files, and its content."""
    if request.param == "memory":
        made = MemoryPackFiles()
        yield made, made.stored.__getitem__
        return
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="documents", CreateBucketConfiguration={"LocationConstraint": "ap-east-1"})
        yield S3PackFiles("documents"), lambda key: s3.get_object(Bucket="documents", Key=key)["Body"].read()


@pytest.mark.parametrize("size", [1000, 9_000_000])  # the second goes up in parts
def test_a_file_is_stored_under_its_key_and_replaced(files: Files, tmp_path: Path, size: int) -> None:
    store, read = files
    path = tmp_path / "pack.zip"
    for content in (b"a" * size, b"b" * size):
        path.write_bytes(content)
        store.put("packs/acc-1/pack_1.zip", path)
        assert read("packs/acc-1/pack_1.zip") == content


def test_an_upload_that_gets_no_answer_can_be_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(b"a")
    store = S3PackFiles("documents")
    with Stubber(store._s3) as s3:
        s3.add_client_error("put_object", "SlowDown", http_status_code=503)
        with pytest.raises(Unavailable):
            store.put("packs/acc-1/pack_1.zip", path)
