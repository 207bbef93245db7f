"""The queue of passes over license batches."""

from __future__ import annotations

import math
from datetime import timedelta

import msgspec

from allmytracks.foundation.aws.client import AwsClient
from allmytracks.foundation.correlation import attributes
from allmytracks.licenses.batches.rules import BatchName


class SqsBatchQueue:
    """A standard queue: passes may come twice and in any order."""

    def __init__(self, sqs: AwsClient, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def send(self, account_id: str, batch_id: str, delay: timedelta) -> None:
        self._sqs.call(
            "SendMessage",
            {
                "QueueUrl": self._queue_url,
                "MessageBody": msgspec.json.encode(BatchName(account_id, batch_id)).decode(),
                "DelaySeconds": math.ceil(delay.total_seconds()),
                "MessageAttributes": attributes(),
            },
        )
