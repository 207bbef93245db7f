"""The register's table and files: the twins, DynamoDB Local, and S3 as moto plays it."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from allmytracks.foundation.aws.client import AwsClient
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.instants import rfc3339
from allmytracks.register.dynamodb import DynamoRegisterEntries
from allmytracks.register.jws import JwsTreeHeads
from allmytracks.register.ports import RegisterEntries, RegisterFiles
from allmytracks.register.rules import (
    Entry,
    Leaf,
    RegisterBroken,
    TreeHead,
    read_head,
    supersession_leaf,
)
from allmytracks.register.s3 import S3RegisterFiles
from allmytracks.signing.kms import KmsLicenseKeys
from infra.capacity_units import write_units
from tests.factories.instants import NOW
from tests.factories.register import a_leaf, a_revocation, number
from tests.fakes.register import MemoryRegisterEntries, MemoryRegisterFiles
from tests.fakes.signing import MemoryLicenseKeys

BUCKET = "register"


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def entries(request: pytest.FixtureRequest) -> RegisterEntries:
    if request.param == "memory":
        return MemoryRegisterEntries()
    table: Table = request.getfixturevalue("make_table")("RegisterTable")
    return DynamoRegisterEntries(table)


@pytest.fixture(params=["memory", "s3"])
def files(request: pytest.FixtureRequest) -> Iterator[RegisterFiles]:
    if request.param == "memory":
        yield MemoryRegisterFiles()
        return
    with mock_aws():
        make_bucket()
        yield S3RegisterFiles(BUCKET)


def make_bucket() -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(
        Bucket=BUCKET,
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": "ap-east-1"},
    )
    s3.put_object_lock_configuration(
        Bucket=BUCKET,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}},
        },
    )


def keys_of(leaves: list[Leaf]) -> set[tuple[str, str]]:
    return {leaf.key for leaf in leaves}


def test_leaves_wait_once_and_until_they_are_dropped(entries: RegisterEntries) -> None:
    leaves = [a_leaf(place) for place in range(60)]
    entries.put_pending([*leaves, leaves[0]])
    entries.put_pending(leaves[:2])
    assert sorted(entries.pending(10_000), key=lambda leaf: leaf.at) == leaves
    entries.drop_pending([*leaves[5:], leaves[5]])
    assert keys_of(entries.pending(10_000)) == keys_of(leaves[:5])
    entries.drop_pending(leaves)
    assert entries.pending(10_000) == []


def test_a_leaf_costs_three_write_units() -> None:
    """It becomes pending, its index is stored, it is no longer pending (docs/decisions/2026-11-24-register.md)."""
    leaf = supersession_leaf(number(1), rfc3339(NOW), number(2), "incomplete_name")
    table = DynamoRegisterEntries(Table("register", "http://127.0.0.1:1"))
    name = leaf.number_sha256
    waits = table._pending("PENDING#0", f"{name}#{leaf.kind}", leaf=leaf.data).to_dynamodb_dict()
    place = table._entries(f"ENTRY#{name}", leaf.kind, leaf=leaf.data, leaf_index=10**9, head=10**6).to_dynamodb_dict()
    assert write_units(None, waits) + write_units(None, place) + write_units(waits, None) == 3


def test_only_some_of_much_is_read(entries: RegisterEntries) -> None:
    entries.put_pending([a_leaf(place) for place in range(200)])
    assert len(entries.pending(32)) == 32
    assert len(entries.pending(201)) == 200


def test_what_waits_of_one_licence_is_found(entries: RegisterEntries) -> None:
    entries.put_pending([a_leaf(1), a_revocation(1), a_leaf(2)])
    assert keys_of(entries.pending_of(a_leaf(1).number_sha256)) == keys_of([a_leaf(1), a_revocation(1)])
    assert entries.pending_of(a_leaf(3).number_sha256) == []


def test_entries_are_found_by_licence_in_the_order_of_the_tree(entries: RegisterEntries) -> None:
    kept = [Entry(a_revocation(1), 7, 2), Entry(a_leaf(1), 3, 1), Entry(a_leaf(2), 4, 1)]
    entries.enter(kept)
    entries.enter(kept)
    assert entries.entered_of(a_leaf(1).number_sha256) == [kept[1], kept[0]]
    assert entries.entered_of(a_leaf(3).number_sha256) == []


def test_entered_and_pending_leaves_are_distinguished(entries: RegisterEntries) -> None:
    entries.enter([Entry(a_leaf(place), place, 1) for place in range(130)])
    asked = [a_leaf(place) for place in range(100, 160)] + [a_revocation(3), a_leaf(100)]
    assert keys_of(entries.entered_among(asked)) == keys_of([a_leaf(place) for place in range(100, 130)])
    assert entries.entered_among([]) == []


def test_nothing_is_written_for_nothing(entries: RegisterEntries) -> None:
    entries.put_pending([])
    entries.enter([])
    entries.drop_pending([])
    assert entries.pending(10) == []


def test_a_file_stays_as_it_was_first_written(files: RegisterFiles) -> None:
    files.put_all([("tile/0/000.p/1", b"first"), ("tile/0/000.p/2", b"")])
    files.put_all([("tile/0/000.p/1", b"second"), ("tile/0/000", b"full")])
    assert files.get("tile/0/000.p/1") == b"first"
    assert files.get_all(["tile/0/000", "none", "tile/0/000.p/2"]) == [b"full", None, b""]
    assert files.get("none") is None


def test_of_all_who_claim_a_name_one_content_wins(files: RegisterFiles) -> None:
    assert files.claim("batches/1", b"mine") == b"mine"
    assert files.claim("batches/1", b"another's") == b"mine"
    assert files.claim("batches/1", b"mine") == b"mine"


def test_the_last_head_moves_only_from_where_it_was_seen(files: RegisterFiles) -> None:
    assert files.latest() is None
    assert files.set_latest("one", None)
    first = files.latest()
    assert first is not None
    assert first.jws == "one"
    assert not files.set_latest("other", None)
    assert files.set_latest("two", first)
    assert not files.set_latest("three", first)
    last = files.latest()
    assert last is not None
    assert last.jws == "two"


def test_a_file_cannot_be_deleted() -> None:
    with mock_aws():
        make_bucket()
        S3RegisterFiles(BUCKET).claim("heads/1", b"first")
        s3 = boto3.client("s3")
        version = s3.list_object_versions(Bucket=BUCKET)["Versions"][0]["VersionId"]
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.delete_object(Bucket=BUCKET, Key="heads/1", VersionId=version, BypassGovernanceRetention=True)


@pytest.mark.parametrize(("code", "status"), [("SlowDown", 503), ("ConditionalRequestConflict", 409)])
def test_a_busy_s3_means_try_again(code: str, status: int) -> None:
    files = S3RegisterFiles(BUCKET)
    with Stubber(files._s3) as stubber:
        stubber.add_client_error("put_object", code, http_status_code=status)
        with pytest.raises(Unavailable):
            files.put_all([("tile/0/000", b"first")])


HEAD = TreeHead("https://api.example.org", 3, 40, "ab" * 32, "2026-11-22T08:00:00.000Z", "cd" * 32)


@pytest.fixture(params=["memory", "kms"])
def keys(request: pytest.FixtureRequest, own_kms: AwsClient) -> Iterator[KmsLicenseKeys | MemoryLicenseKeys]:
    if request.param == "memory":
        yield MemoryLicenseKeys()
        return
    with mock_aws():
        made = boto3.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
        yield KmsLicenseKeys(own_kms, [made["KeyId"]])


def test_only_a_validly_signed_head_is_read_back(keys: KmsLicenseKeys | MemoryLicenseKeys) -> None:
    heads = JwsTreeHeads(keys)
    signed = heads.sign(HEAD)
    assert heads.verified(signed.jws) == signed
    assert read_head(signed.jws).head == HEAD
    licence = keys.sign(HEAD.claims())
    changed = JwsTreeHeads(MemoryLicenseKeys()).sign(HEAD)
    header, payload, signature = signed.jws.split(".")
    for text in (licence.jws, changed.jws, f"{header}.{payload}.{signature[:-6]}AAAAAA", "nothing", ""):
        with pytest.raises(RegisterBroken):
            heads.verified(text)
