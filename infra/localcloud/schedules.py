"""Schedules under the local clock: a schedule that a jump of the clock makes due runs once."""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from infra.localcloud.deployment import Schedule
from infra.localcloud.expressions import Next, parse
from infra.localcloud.invocations import Outcome

_LONGEST_WAIT_SECONDS = 30.0


@dataclass(slots=True)
class _Entry:
    schedule: Schedule
    following: Next
    due: dt.datetime | None


class Scheduler:
    """Runs functions when they are due. Raises ValueError for an unsupported expression."""

    def __init__(
        self, schedules: Iterable[Schedule], invoke: Callable[[str, bytes], Outcome], region: str, account_id: str
    ) -> None:
        self._invoke, self._region, self._account_id = invoke, region, account_id
        self._seen = _now()
        self._entries = [
            _Entry(each, following, following(self._seen))
            for each in schedules
            if each.enabled
            for following in [parse(each.expression, each.time_zone)]
        ]
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin."""
        if self._entries:
            self._thread.start()

    def clock_moved(self) -> None:
        """Look at once for what has become due."""
        self._woken.set()

    def stop(self) -> None:
        """Stop after the current batch; waits for that a few seconds at most."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(5.0)

    def run_due(self) -> float:
        """Run what is due, and return the seconds until something is again (at most 30)."""
        now = _now()
        moved_back, self._seen = now < self._seen, now
        for entry in self._entries:
            if moved_back:
                entry.due = entry.following(now)
            if entry.due is not None and entry.due <= now:
                due, entry.due = entry.due, entry.following(now)
                self._fire(entry.schedule, due)
        waits = [(entry.due - _now()).total_seconds() for entry in self._entries if entry.due is not None]
        return min([max(wait, 0.0) for wait in waits] + [_LONGEST_WAIT_SECONDS])

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            self._woken.wait(self.run_due())

    def _fire(self, schedule: Schedule, due: dt.datetime) -> None:
        event = schedule.input if schedule.input is not None else json.dumps(self._event(schedule, due))
        outcome = self._invoke(schedule.function, event.encode())
        if outcome.error is not None:
            sys.stderr.write(f"schedule {schedule.name}: {schedule.function} failed\n")

    def _event(self, schedule: Schedule, due: dt.datetime) -> dict[str, object]:
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": self._account_id,
            "time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self._region,
            "resources": [f"arn:aws:events:{self._region}:{self._account_id}:rule/{schedule.name}"],
            "detail": {},
        }


def _now() -> dt.datetime:
    return dt.datetime.fromtimestamp(time.time(), dt.UTC)
