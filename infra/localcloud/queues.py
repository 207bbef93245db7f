"""SQS queues as event sources: messages go to a function in batches and are deleted once it has handled them."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from infra.localcloud.batches import failed_ids
from infra.localcloud.deployment import QueueMapping
from infra.localcloud.filters import parsed_body, passes
from infra.localcloud.invocations import Outcome

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_MOST_MESSAGES = 10
"""What SQS gives at once."""


class QueueSource:
    """One queue mapping. One batch is in flight at a time, so a FIFO queue's groups keep their order.

    A failed message is left in the queue: it is redelivered after its visibility time-out, and goes to the
    dead-letter queue by the queue's own redrive policy.
    """

    def __init__(
        self, mapping: QueueMapping, sqs: SQSClient, invoke: Callable[[str, bytes], Outcome], region: str
    ) -> None:
        self._mapping, self._sqs, self._invoke, self._region = mapping, sqs, invoke, region

    def poll(self) -> bool:
        """Pass one batch to the function; False when there was nothing."""
        messages = self._receive()
        if not messages:
            return False
        records = [self._record(message) for message in messages]
        wanted = [record for record in records if passes(self._mapping.filters, parsed_body(record))]
        kept: set[str] = set()
        if wanted:
            outcome = self._invoke(self._mapping.function, json.dumps({"Records": wanted}).encode())
            known = [record["messageId"] for record in wanted]
            kept = failed_ids(outcome, known, reported=self._mapping.report_batch_item_failures)
        self._delete([record for record in records if record["messageId"] not in kept])
        return True

    def _receive(self) -> list[MessageTypeDef]:
        messages: list[MessageTypeDef] = []
        until: float | None = None
        while len(messages) < self._mapping.batch_size:
            answer = self._sqs.receive_message(
                QueueUrl=self._mapping.queue_url,
                MaxNumberOfMessages=min(_MOST_MESSAGES, self._mapping.batch_size - len(messages)),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
                WaitTimeSeconds=0,
            )
            messages += answer.get("Messages", [])
            now = time.monotonic()
            until = until if until is not None else now + self._mapping.batching_window_seconds
            if not messages or now >= until:
                break
            time.sleep(0.1)
        return messages

    def _record(self, message: MessageTypeDef) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": dict(message.get("Attributes", {})),
            "messageAttributes": {
                name: _attribute(dict(value)) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._mapping.queue_arn,
            "awsRegion": self._region,
        }

    def _delete(self, records: list[dict[str, Any]]) -> None:
        for start in range(0, len(records), _MOST_MESSAGES):
            entries = [
                {"Id": str(number), "ReceiptHandle": record["receiptHandle"]}
                for number, record in enumerate(records[start : start + _MOST_MESSAGES])
            ]
            self._sqs.delete_message_batch(QueueUrl=self._mapping.queue_url, Entries=entries)  # type: ignore[arg-type]  # as its TypedDict


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return attribute
