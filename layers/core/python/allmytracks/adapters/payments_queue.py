"""The FIFO queue of payment facts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import boto3
import msgspec

from allmytracks.adapters.aws_calls import aws_call
from allmytracks.domain.payments import Fact, FactName

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsPaymentsQueue:
    """Facts of one account go one after the other; those whose account nobody knows yet, by their payment."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    @cached_property
    def _client(self) -> SQSClient:
        return boto3.client("sqs")

    def send(self, fact: Fact) -> None:
        with aws_call():
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=msgspec.json.encode(FactName(fact.provider, fact.event_id)).decode(),
                MessageGroupId=fact.account_id or next(iter(fact.references), fact.event_id),
                MessageDeduplicationId=f"{fact.provider}-{fact.event_id}",
            )
