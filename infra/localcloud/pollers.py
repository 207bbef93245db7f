"""All event sources of a deployment: queues, streams and schedules, each calling its function."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import boto3
from botocore.config import Config

from infra.localcloud.credentials import MACHINERY, SECRET
from infra.localcloud.deployment import Deployment
from infra.localcloud.invocations import Outcome
from infra.localcloud.keeping import Positions
from infra.localcloud.log_source import LogSource
from infra.localcloud.polling import CallsTail, Poller, table_name
from infra.localcloud.queues import QueueSource
from infra.localcloud.schedules import Scheduler
from infra.localcloud.streams import StreamSource


class Pollers:
    """Looks for work where a function has just put some (`look`), and periodically everywhere."""

    def __init__(
        self,
        deployment: Deployment,
        invoke: Callable[[str, bytes], Outcome],
        *,
        endpoint: str,
        calls: Path,
        logs: Path,
        positions: Positions | None = None,
    ) -> None:
        """`positions` goes on where the streams of an earlier run ended."""
        session = boto3.Session(MACHINERY, SECRET, region_name=deployment.region)
        config = Config(max_pool_connections=50, retries={"total_max_attempts": 1})
        sqs = session.client("sqs", endpoint_url=endpoint, config=config)
        streams = session.client("dynamodbstreams", endpoint_url=endpoint, config=config)
        self._calls = CallsTail(calls)
        self._stopping = threading.Event()
        self._pause = self._stopping.wait
        self._pollers: list[tuple[str, Poller]] = []
        self._streams: dict[tuple[str, str], StreamSource] = {}
        for queue in deployment.queue_mappings:
            source = QueueSource(queue, sqs, invoke, deployment.region)
            self._pollers.append((queue.queue_arn, Poller(f"queue {queue.function}", source.poll)))
        for stream in deployment.stream_mappings:
            place = stream.function, stream.stream_arn
            follow = StreamSource(stream, streams, sqs, invoke, self._pause, (positions or {}).get(place))
            self._streams[place] = follow
            self._pollers.append((table_name(stream.stream_arn), Poller(f"stream {stream.function}", follow.poll)))
        for subscription in deployment.log_subscriptions:
            lines = LogSource(subscription, logs, invoke, deployment.account_id)
            self._pollers.append((f"log {subscription.source}", Poller(f"log {subscription.source}", lines.poll)))
        self._scheduler = Scheduler(deployment.schedules, invoke, deployment.region, deployment.account_id)

    def start(self) -> None:
        """Begin."""
        for _, poller in self._pollers:
            poller.start()
        self._scheduler.start()

    def look(self) -> None:
        """Look for work after a function has run."""
        news = self._calls.news()
        for source, poller in self._pollers:
            # Events may reach any queue.
            if source in news or source.startswith("log ") or ("events" in news and ":sqs:" in source):
                poller.wake()

    def clock_moved(self) -> None:
        """The clock has moved: schedules may be due and messages visible again."""
        self._scheduler.clock_moved()
        for _, poller in self._pollers:
            poller.wake()

    def positions(self) -> Positions:
        """How far the streams were handled."""
        return {place: dict(source.handled) for place, source in self._streams.items()}

    def stop(self) -> None:
        """Stop after the current batch."""
        self._stopping.set()
        self._scheduler.stop()
        for _, poller in self._pollers:
            poller.stopping.set()
        for _, poller in self._pollers:
            poller.stop()
