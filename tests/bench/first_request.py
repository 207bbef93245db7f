"""The first request of an environment that was restored from a snapshot, run as a program of its own.

    python -m tests.bench.first_request FUNCTION primed|unprimed < EVENT   last of all prints its CPU nanoseconds

The handler is imported before the clock starts, as a snapshot has it; `primed` also runs what the handler registered
to be run before the snapshot.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time

from snapshot_restore_py import get_after_restore, get_before_snapshot


def main(function: str, how: str) -> None:
    """Runs one; see the module."""
    handle = importlib.import_module(f"functions.{function}.handler").handle
    event = json.load(sys.stdin)
    if how == "primed":
        for hook, words, named in [*get_before_snapshot(), *get_after_restore()]:
            hook(*words, **named)
    started = time.process_time_ns()
    answer = handle(event, None)
    spent = time.process_time_ns() - started
    assert answer["statusCode"] < 300, answer
    os.write(1, f"{spent}\n".encode())
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
