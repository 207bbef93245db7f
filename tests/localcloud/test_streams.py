from __future__ import annotations

import dataclasses
import json
from typing import Any

from botocore.exceptions import ClientError

from infra.localcloud.deployment import StreamMapping
from infra.localcloud.invocations import Outcome, failure
from infra.localcloud.streams import StreamSource

MAPPING = StreamMapping(
    function="FollowFunction",
    stream_arn="arn:aws:dynamodb:eu-west-1:123456789012:table/things/stream/1",
    batch_size=100,
    batching_window_seconds=0,
    starting_position="TRIM_HORIZON",
    maximum_retries=2,
    bisect_on_error=False,
    failure_queue_url="http://queue",
    report_batch_item_failures=True,
)


class Stream:
    """A stream of one shard, and the dead-letter queue of its reader."""

    def __init__(self, count: int) -> None:
        self.records = [{"eventName": "INSERT", "dynamodb": {"SequenceNumber": f"{n:03}"}} for n in range(count)]
        self.trimmed = False
        self.sent: list[dict[str, Any]] = []

    def describe_stream(self, **_: object) -> dict[str, Any]:
        return {"StreamDescription": {"Shards": [{"ShardId": "shard"}]}}

    def get_shard_iterator(self, SequenceNumber: str = "-1", **_: object) -> dict[str, Any]:  # noqa: N803  # see below
        return {"ShardIterator": str(int(SequenceNumber) + 1)}

    def get_records(self, ShardIterator: str, Limit: int) -> dict[str, Any]:  # noqa: N803  # as the client's
        if self.trimmed:
            self.trimmed = False
            raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetRecords")
        start = int(ShardIterator)
        found = self.records[start : start + Limit]
        return {"Records": found, "NextShardIterator": str(start + len(found))}

    def send_message(self, **message: Any) -> None:
        self.sent.append(json.loads(message["MessageBody"]))


class Follower:
    """A function that fails given records, and keeps its input."""

    def __init__(self, *bad: str, whole: bool = False) -> None:
        self.bad, self.whole = set(bad), whole
        self.given: list[list[str]] = []

    def __call__(self, _name: str, payload: bytes) -> Outcome:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in json.loads(payload)["Records"]]
        self.given.append(numbers)
        failed = [number for number in numbers if number in self.bad]
        if failed and self.whole:
            return failure("ValueError", "no")
        return Outcome(json.dumps({"batchItemFailures": [{"itemIdentifier": each} for each in failed]}).encode())


def source(stream: Stream, follower: Follower, mapping: StreamMapping = MAPPING) -> StreamSource:
    return StreamSource(mapping, stream, stream, follower, pause=lambda _seconds: False)  # type: ignore[arg-type]  # the client's part that is used


def test_records_are_given_once_and_in_order() -> None:
    stream, follower = Stream(5), Follower()
    reader = source(stream, follower, dataclasses.replace(MAPPING, batch_size=2))
    while reader.poll():
        pass
    assert follower.given == [["000", "001"], ["002", "003"], ["004"]]


def test_another_run_goes_on_behind_what_was_handled() -> None:
    stream, bad = Stream(5), Follower("003")
    first = source(stream, bad, dataclasses.replace(MAPPING, batch_size=2))
    first.poll()
    assert first.handled == {"shard": "001"}
    stopped = StreamSource(MAPPING, stream, stream, bad, lambda _seconds: True, first.handled)  # type: ignore[arg-type]  # as above
    stopped.poll()
    assert stopped.handled == {"shard": "002"}  # 003 waited for its retry
    follower = Follower()
    StreamSource(MAPPING, stream, stream, follower, lambda _seconds: False, stopped.handled).poll()  # type: ignore[arg-type]  # as above
    assert follower.given == [["003", "004"]]


def test_a_fresh_shard_that_says_trimmed_is_read_from_its_start() -> None:
    stream, follower = Stream(1), Follower()
    stream.trimmed = True
    reader = source(stream, follower)
    assert not reader.poll()
    assert reader.poll()
    assert follower.given == [["000"]]


def test_from_the_first_failed_record_on_everything_is_given_again_then_given_up() -> None:
    stream, follower = Stream(4), Follower("002")
    source(stream, follower).poll()
    rest = ["002", "003"]
    assert follower.given == [["000", "001", *rest], rest, rest]
    assert stream.sent[0]["requestContext"]["condition"] == "RetryAttemptsExhausted"
    told = stream.sent[0]["DDBStreamBatchInfo"]
    assert (told["startSequenceNumber"], told["endSequenceNumber"], told["batchSize"]) == ("002", "003", 2)


def test_bisecting_finds_the_bad_record_and_spares_the_others() -> None:
    stream, follower = Stream(4), Follower("002", whole=True)
    mapping = dataclasses.replace(MAPPING, bisect_on_error=True, report_batch_item_failures=False)
    source(stream, follower, mapping).poll()
    handled = [numbers for numbers in follower.given if "002" not in numbers]
    assert sorted(number for numbers in handled for number in numbers) == ["000", "001", "003"]
    assert [each["DDBStreamBatchInfo"]["startSequenceNumber"] for each in stream.sent] == ["002"]


def test_without_a_limit_a_batch_is_tried_until_it_passes() -> None:
    stream, follower = Stream(1), Follower("000", whole=True)
    tries = 0

    def pause(_seconds: float) -> bool:
        nonlocal tries
        tries += 1
        if tries == 7:
            follower.bad.clear()
        return False

    mapping = dataclasses.replace(MAPPING, maximum_retries=-1)
    StreamSource(mapping, stream, stream, follower, pause).poll()  # type: ignore[arg-type]  # the client's part that is used
    assert follower.given == [["000"]] * 8
    assert stream.sent == []
