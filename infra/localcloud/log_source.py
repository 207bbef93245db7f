"""Log subscriptions as event sources: a function's log lines go to another, as CloudWatch Logs sends them."""

from __future__ import annotations

import base64
import gzip
import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from infra.localcloud.deployment import LogSubscription
from infra.localcloud.invocations import Outcome


class LogSource:
    """Follows one log file. A line is delivered at least once, in the order of the log."""

    def __init__(
        self, subscription: LogSubscription, logs: Path, invoke: Callable[[str, bytes], Outcome], account_id: str
    ) -> None:
        self._subscription, self._invoke, self._account_id = subscription, invoke, account_id
        self._path, self._read = logs / f"{subscription.source}.log", 0

    def poll(self) -> bool:
        """Deliver the lines that were written since; False when there was none that the filter selects."""
        try:
            with self._path.open("rb") as log:
                log.seek(self._read)
                grown = log.read()
        except FileNotFoundError:
            return False
        whole = grown[: grown.rfind(b"\n") + 1]
        selected = [line.decode(errors="replace") for line in whole.splitlines() if self._selects(line)]
        if selected and not self._deliver(selected):
            return False  # the same lines again at the next look
        self._read += len(whole)
        return bool(selected)

    def _selects(self, line: bytes) -> bool:
        try:
            told = json.loads(line)
        except ValueError:
            return False
        return isinstance(told, dict) and told.get(self._subscription.field) == self._subscription.text

    def _deliver(self, lines: list[str]) -> bool:
        now = int(time.time() * 1000)
        message = {
            "messageType": "DATA_MESSAGE",
            "owner": self._account_id,
            "logGroup": self._subscription.log_group,
            "logStream": "local",
            "subscriptionFilters": [self._subscription.function],
            "logEvents": [{"id": uuid.uuid4().hex, "timestamp": now, "message": line} for line in lines],
        }
        data = base64.b64encode(gzip.compress(json.dumps(message).encode())).decode()
        outcome = self._invoke(self._subscription.function, json.dumps({"awslogs": {"data": data}}).encode())
        return outcome.error is None
