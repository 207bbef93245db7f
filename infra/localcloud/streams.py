"""DynamoDB streams as event sources: records go to a function in order, shard by shard."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.localcloud.batches import failed_ids
from infra.localcloud.deployment import StreamMapping
from infra.localcloud.filters import passes
from infra.localcloud.invocations import Outcome

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_MOST_RECORDS = 1000
_LONGEST_RETRY_SECONDS = 10.0
_LOOK_FOR_SHARDS_SECONDS = 60.0


class StreamSource:
    """One stream mapping, read from its beginning: on AWS too it exists before the first record does.

    `pause(seconds)` waits between retries and returns True when this is to end.
    """

    def __init__(
        self,
        mapping: StreamMapping,
        streams: Any,  # the DynamoDB Streams client: the stubs for it are not among the tools
        sqs: SQSClient,
        invoke: Callable[[str, bytes], Outcome],
        pause: Callable[[float], bool],
        handled: Mapping[str, str] | None = None,
    ) -> None:
        """`handled` goes on where an earlier run ended: the number of the last record of each shard."""
        self._mapping, self._streams, self._sqs = mapping, streams, sqs
        self._invoke, self._pause = invoke, pause
        self.handled = dict(handled or {})
        self._iterators: dict[str, str | None] = {}
        self._looked = -_LOOK_FOR_SHARDS_SECONDS

    def poll(self) -> bool:
        """Pass on the records of each shard; False when there was nothing."""
        if time.monotonic() - self._looked >= _LOOK_FOR_SHARDS_SECONDS or not any(self._iterators.values()):
            self._find_shards()
        found = False
        for shard in list(self._iterators):
            records = self._gather(shard)
            if records:
                found = True
                self._deliver(shard, records)
        return found

    def _find_shards(self) -> None:
        self._looked = time.monotonic()
        description = self._streams.describe_stream(StreamArn=self._mapping.stream_arn)["StreamDescription"]
        for shard in description.get("Shards", []):
            key = shard["ShardId"]
            if key not in self._iterators:
                self._iterators[key] = self._iterator(key)

    def _iterator(self, shard: str) -> str:
        """Behind the last record that was handled, or at the beginning."""
        last = self.handled.get(shard)
        place = {"ShardIteratorType": "TRIM_HORIZON"}
        if last is not None:
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": last}
        answer = self._streams.get_shard_iterator(StreamArn=self._mapping.stream_arn, ShardId=shard, **place)
        return str(answer["ShardIterator"])

    def _gather(self, shard: str) -> list[dict[str, Any]]:
        """Records until the batch is full, the batching window is over or, without a window, there are no more."""
        records: list[dict[str, Any]] = []
        until: float | None = None
        while len(records) < self._mapping.batch_size:
            fresh = self._read(shard, self._mapping.batch_size - len(records))
            records += [each for each in fresh if passes(self._mapping.filters, each)]
            until = until if until is not None else time.monotonic() + self._mapping.batching_window_seconds
            if not records or time.monotonic() >= until or self._pause(0.1):
                break
        return records

    def _read(self, shard: str, most: int) -> list[dict[str, Any]]:
        iterator = self._iterators[shard]
        if iterator is None:
            return []
        try:
            answer = self._streams.get_records(ShardIterator=iterator, Limit=min(most, _MOST_RECORDS))
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"TrimmedDataAccessException", "ExpiredIteratorException"}:
                raise
            # A fresh shard raises this before its first record.
            self._iterators[shard] = self._iterator(shard)
            return []
        self._iterators[shard] = answer.get("NextShardIterator")
        return [self._record(dict(each)) for each in answer["Records"]]

    def _record(self, record: dict[str, Any]) -> dict[str, Any]:
        plain: dict[str, Any] = _plain(record)
        return {**plain, "eventSourceARN": self._mapping.stream_arn}

    def _deliver(self, shard: str, records: list[dict[str, Any]]) -> None:
        """Call the function until it has handled every record, or give up as the mapping says."""
        tries = 0
        while records:
            outcome = self._invoke(self._mapping.function, json.dumps({"Records": records}).encode())
            numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
            failed = failed_ids(outcome, numbers, reported=self._mapping.report_batch_item_failures)
            if not failed:
                self.handled[shard] = numbers[-1]
                return
            # The stream is a sequence: from the first failure on, everything is delivered again.
            first = min(numbers.index(number) for number in failed)
            if first:
                self.handled[shard] = numbers[first - 1]
            tries = 0 if first else tries
            records = records[first:]
            if 0 <= self._mapping.maximum_retries <= tries:
                self._give_up(shard, records, tries + 1)
                return
            tries += 1
            if self._mapping.bisect_on_error and len(records) > 1:
                half = len(records) // 2
                self._deliver(shard, records[:half])
                records, tries = records[half:], 0
            elif self._pause(min(2.0 ** (tries - 1), _LONGEST_RETRY_SECONDS)):
                return

    def _give_up(self, shard: str, records: list[dict[str, Any]], tries: int) -> None:
        self.handled[shard] = records[-1]["dynamodb"]["SequenceNumber"]
        if self._mapping.failure_queue_url is None:
            return
        told = {
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": self._mapping.function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": tries,
            },
            "version": "1.0",
            "timestamp": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "DDBStreamBatchInfo": {
                "shardId": shard,
                "startSequenceNumber": records[0]["dynamodb"]["SequenceNumber"],
                "endSequenceNumber": records[-1]["dynamodb"]["SequenceNumber"],
                "batchSize": len(records),
                "streamArn": self._mapping.stream_arn,
            },
        }
        self._sqs.send_message(QueueUrl=self._mapping.failure_queue_url, MessageBody=json.dumps(told))


def _plain(value: Any) -> Any:
    """A record as in Lambda's event: times as seconds, bytes as base64, sets as lists."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, dt.datetime):
        return int(value.timestamp())
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value
