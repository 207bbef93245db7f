"""The record of AWS calls: a JSON line for each action that a call needs, without bodies or secrets."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from infra.localcloud.front.calls import Call


class Record:
    """Appends to a file that other processes read meanwhile."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        self._lock = threading.Lock()
        self._count = 0

    def add(
        self, function: str, call: Call, *, denied: bool = False, unsigned: bool = False, link: bool = False
    ) -> None:
        """Record a call; `unsigned` ones need no IAM permission, `link` is the use of a presigned link."""
        marks = {name: True for name, on in (("denied", denied), ("unsigned", unsigned), ("link", link)) if on}
        with self._lock:
            self._count += 1
            lines = [
                {
                    "function": function,
                    "action": action,
                    "resource": resource,
                    "operation": call.operation,
                    "request": self._count,
                    **marks,
                }
                for action, resource in call.needs
            ]
            # One write: readers never see half a line.
            self._file.write("".join(json.dumps(line) + "\n" for line in lines).encode())
