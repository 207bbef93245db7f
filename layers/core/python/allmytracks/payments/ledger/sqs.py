"""The FIFO queue of payment facts."""

from __future__ import annotations

import hashlib
import re

import msgspec

from allmytracks.foundation.aws.client import AwsClient
from allmytracks.foundation.correlation import attributes
from allmytracks.payments.rules import Fact, FactName

# What SQS accepts as a group id or a deduplication id.
TAKEN = re.compile(r"[!-~]{1,128}")


class SqsPaymentsQueue:
    """Facts are ordered by account; those of an unknown account by payment."""

    def __init__(self, sqs: AwsClient, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def send(self, fact: Fact) -> None:
        self._send(fact, f"{fact.provider}-{fact.event_id}")

    def send_again(self, fact: Fact, occasion: str) -> None:
        self._send(fact, f"{fact.provider}-{fact.event_id}-{occasion}")

    def _send(self, fact: Fact, once: str) -> None:
        self._sqs.call(
            "SendMessage",
            {
                "QueueUrl": self._queue_url,
                "MessageBody": msgspec.json.encode(FactName(fact.provider, fact.event_id)).decode(),
                "MessageGroupId": _name(fact.account_id or next(iter(fact.references), fact.event_id)),
                "MessageDeduplicationId": _name(once),
                "MessageAttributes": attributes(),
            },
        )


def _name(text: str) -> str:
    """The text itself, or its digest: ids in webhooks may contain characters that SQS refuses."""
    return text if TAKEN.fullmatch(text) else hashlib.sha256(text.encode()).hexdigest()
