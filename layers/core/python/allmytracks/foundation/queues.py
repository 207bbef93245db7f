"""Functions behind an SQS queue: one message at a time, with a partial batch response.

Failures are logged by class and place, never with their message: that could name a person (P-5.logs).
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, SqsFifoPartialProcessor
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from allmytracks.foundation.correlation import correlate, of_message
from allmytracks.foundation.errors import DomainError
from allmytracks.foundation.observability import logger, metrics

S = TypeVar("S")
D = TypeVar("D")


class BusEvent(msgspec.Struct, Generic[D], rename={"detail_type": "detail-type"}):
    """A domain event as EventBridge delivers it to a queue; `detail_type` is the event's name."""

    detail_type: str
    detail: D


class GivenUpError(Exception):
    """A message failed as often as it may."""


class QueueFunction:
    """A Lambda function for messages of one schema; use it as `handle`.

    With `fifo` a failed message holds back the later ones of its group, so that their order is kept. With `give_up`,
    the delivery after `tries` tries, however they ended, calls that instead, and fails: SQS then puts the message into
    the dead-letter queue, if the queue's maxReceiveCount is one more than `tries`.
    """

    def __init__(
        self,
        schema: type[S],
        take: Callable[[S], None],
        *,
        fifo: bool = False,
        tries: int = 0,
        give_up: Callable[[S], None] | None = None,
    ) -> None:
        self._schema: type[Any] = schema
        self._take: Callable[[Any], None] = take
        self._fifo = fifo
        self.tries = tries
        self._give_up: Callable[[Any], None] | None = give_up

    def __call__(self, event: dict[str, Any], context: Any) -> PartialItemFailureResponse:
        """Handles one batch; SQS redelivers the messages named in the response."""
        processor = self._processor()
        with processor(records=event["Records"], handler=self._work, lambda_context=context):
            processor.process()
        metrics().flush_metrics()
        return processor.response()

    def _processor(self) -> BatchProcessor:
        processor = _Fifo(skip_group_on_error=True) if self._fifo else _Standard(EventType.SQS)
        processor.raise_on_entire_batch_failure = False  # every failed message is named, all of them included
        return processor

    def _work(self, record: SQSRecord) -> None:
        logger().append_keys(correlation_id=correlate(of_message(record.raw_event)))
        message = msgspec.json.decode(record.body, type=self._schema)
        if self._give_up is not None and int(record.attributes.approximate_receive_count or 1) > self.tries:
            self._give_up(message)
            raise GivenUpError
        self._take(message)
        logger().info("message taken", message_id=record.message_id)
        metrics().add_metric(name="Messages", unit=MetricUnit.Count, value=1)


class _Logged(BatchProcessor):
    def failure_handler(self, record: Any, exception: Any) -> Any:
        kind, error, trace = exception
        logger().error(
            "message failed",
            message_id=getattr(record, "message_id", None),
            error=getattr(kind, "__name__", str(kind)),
            code=error.code if isinstance(error, DomainError) else None,
            where=traceback.format_tb(trace),
        )
        metrics().add_metric(name="FailedMessages", unit=MetricUnit.Count, value=1)
        return super().failure_handler(record, exception)


class _Standard(_Logged):
    """Messages independent of each other."""


class _Fifo(_Logged, SqsFifoPartialProcessor):
    """Messages in order within their group."""
