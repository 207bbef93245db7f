"""License batches on record and their queue: the fakes and the adapters keep one contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws
from msgspec.structs import replace

from allmytracks.accounts.rules_end_users import DesignatedUser
from allmytracks.foundation.aws.client import SQS, AwsClient
from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.licenses.batches.dynamodb import DynamoLicenseBatches
from allmytracks.licenses.batches.ports import LicenseBatches
from allmytracks.licenses.batches.rules import BatchNotFound, LicenseBatch, Outcome, Wish
from allmytracks.licenses.batches.sqs import SqsBatchQueue
from allmytracks.licenses.rules import Language
from tests.factories.instants import NOW
from tests.factories.licenses import ADA, PERSONAL_USE
from tests.fakes.batches import MemoryBatchQueue, MemoryLicenseBatches

WISH = Wish(
    tracks=("trk-1", "trk_2", "trk.3"),
    rendition="wav",
    use=PERSONAL_USE,
    licensee=ADA,
    designated_user=DesignatedUser("Studio Nord GmbH"),
    language=Language.ENGLISH,
    channel="@ada",
    source_ip="192.0.2.7",
    user_agent="a browser",
)
BATCH = LicenseBatch("batch_1", "acc-1", WISH, NOW)
LICENSED = Outcome("dl_1", "AMT-1")
REFUSED = Outcome(code="track_not_found", detail="There is no such track.")


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def batches(request: pytest.FixtureRequest) -> LicenseBatches:
    if request.param == "memory":
        return MemoryLicenseBatches()
    return DynamoLicenseBatches(request.getfixturevalue("accounts_table"))


def test_a_batch_is_requested_once_and_belongs_to_its_member(batches: LicenseBatches) -> None:
    assert batches.add(BATCH) == BATCH
    assert batches.add(replace(BATCH, requested_at=NOW + timedelta(days=1))) == BATCH
    assert batches.get("acc-1", "batch_1") == BATCH
    for account_id, batch_id in (("acc-2", "batch_1"), ("acc-1", "batch_2")):
        with pytest.raises(BatchNotFound):
            batches.get(account_id, batch_id)


def test_the_first_outcome_of_a_track_is_kept(batches: LicenseBatches) -> None:
    batches.add(BATCH)
    batches.record(BATCH, "trk_2", REFUSED)
    batches.record(BATCH, "trk_2", LICENSED)
    batches.record(BATCH, "trk.3", LICENSED)
    stored = batches.get("acc-1", "batch_1")
    assert stored.outcomes == {"trk_2": REFUSED, "trk.3": LICENSED}
    assert stored.open == ("trk-1",)


def test_a_wait_is_kept_and_moves_on(batches: LicenseBatches) -> None:
    batches.add(BATCH)
    for minutes in (1, 11):
        batches.wait(BATCH, NOW + timedelta(minutes=minutes))
    assert batches.get("acc-1", "batch_1") == replace(BATCH, waits_until=NOW + timedelta(minutes=11))


def test_one_at_a_time_has_a_batch_and_none_while_it_waits(batches: LicenseBatches) -> None:
    batches.add(BATCH)
    until = NOW + timedelta(minutes=2)
    batches.record(BATCH, "trk-1", LICENSED)
    leased = batches.lease(BATCH, NOW, until)
    assert leased == replace(BATCH, outcomes={"trk-1": LICENSED}, leased_until=until)
    assert batches.lease(BATCH, until - timedelta(seconds=1), until + timedelta(minutes=2)) is None
    assert batches.lease(BATCH, until, until + timedelta(minutes=2)) is not None  # the first one's worker is gone
    batches.wait(BATCH, until + timedelta(minutes=1))
    assert batches.lease(BATCH, until, until + timedelta(minutes=2)) is None
    assert batches.lease(BATCH, until + timedelta(minutes=1), until + timedelta(minutes=2)) is not None


def test_a_batch_that_is_gone_is_not_made_again(batches: LicenseBatches) -> None:
    batches.record(BATCH, "trk-1", LICENSED)
    batches.wait(BATCH, NOW)
    assert batches.lease(BATCH, NOW, NOW) is None
    with pytest.raises(BatchNotFound):
        batches.get("acc-1", "batch_1")


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with mock_aws():
        yield boto3.client("sqs").create_queue(QueueName="batches")["QueueUrl"]


def test_a_pass_is_sent_by_name_and_whole_seconds_later(url: str, moto_server: str) -> None:
    queue, twin = SqsBatchQueue(AwsClient(SQS, AwsEnvironment(), moto_server), url), MemoryBatchQueue()
    for port in (queue, twin):
        port.send("acc-1", "batch_1", timedelta())
        port.send("acc-1", "batch_2", timedelta(minutes=14, seconds=59.1))
    received = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(each["Body"]) for each in received] == [{"account_id": "acc-1", "batch_id": "batch_1"}]
    attributes = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"
    assert [each[1] for each in twin.waiting] == ["batch_1", "batch_2"]
