"""The dead-letter queue of payment facts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from allmytracks.foundation.aws.client import AwsClient
from allmytracks.payments.ports import DeadLetter
from allmytracks.payments.rules import FactName


class SqsDeadLetters:
    """The dead-letter queue in SQS."""

    def __init__(self, sqs: AwsClient, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def take(self) -> Sequence[DeadLetter]:
        asked = {"QueueUrl": self._queue_url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 60}
        found = self._sqs.call("ReceiveMessage", asked).get("Messages", [])
        return [DeadLetter(msgspec.json.decode(each["Body"], type=FactName), each["ReceiptHandle"]) for each in found]

    def remove(self, letter: DeadLetter) -> None:
        self._sqs.call("DeleteMessage", {"QueueUrl": self._queue_url, "ReceiptHandle": letter.receipt})
