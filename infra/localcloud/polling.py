"""Threads that look for work: immediately where some is known to be, rarely where nothing happens."""

from __future__ import annotations

import json
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 1.0


class Poller:
    """Calls `poll` again and again in a thread: at once while it returns True, else after a growing wait or `wake`."""

    def __init__(self, name: str, poll: Callable[[], bool]) -> None:
        self.name, self._poll = name, poll
        self._woken, self.stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look now."""
        self._woken.set()

    def stop(self) -> None:
        """Stop after the current batch; waits for that a few seconds at most."""
        self.stopping.set()
        self._woken.set()
        self._thread.join(5.0)

    def _run(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while not self.stopping.is_set():
            self._woken.clear()
            busy = self._look() or self._woken.wait(wait)
            wait = FIRST_WAIT_SECONDS if busy else min(2 * wait, LONGEST_WAIT_SECONDS)

    def _look(self) -> bool:
        try:
            return self._poll()
        except (BotoCoreError, ClientError):
            # The other side may be stopping; if it is not, the failure is in the log.
            if not self.stopping.is_set():
                traceback.print_exc(file=sys.stderr)
                self.stopping.wait(LONGEST_WAIT_SECONDS)
            return False


class CallsTail:
    """Follows the record of AWS calls and reports the queues and tables that they may have written to."""

    _WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQLUpdate", "PartiQLInsert"})

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, 0
        self._lock = threading.Lock()

    def news(self) -> set[str]:
        """ARNs of queues and names of tables written to since the last time; `events` when events were put."""
        found: set[str] = set()
        with self._lock:
            for line in self._lines():
                call = json.loads(line)
                service, _, action = str(call["action"]).partition(":")
                if service == "events":
                    found.add("events")
                elif service == "dynamodb" and action in self._WRITES:
                    found.add(table_name(call["resource"]))
                elif action == "SendMessage":
                    found.add(call["resource"])
        return found

    def _lines(self) -> Iterable[bytes]:
        try:
            with self._path.open("rb") as calls:
                calls.seek(self._read)
                grown = calls.read()
        except FileNotFoundError:
            return []
        whole = grown[: grown.rfind(b"\n") + 1]
        self._read += len(whole)
        return whole.splitlines()


def table_name(arn: str) -> str:
    """The table in the ARN of a table, an index or a stream."""
    return arn.partition(":table/")[2].partition("/")[0]
