"""Runs the local cloud in the foreground (`serve`), or in a process of its own for tests (`start`)."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import httpx

from infra.localcloud import processes
from infra.localcloud.cloud import LocalCloud, Options, StartError

_START_SECONDS = 600.0
_STOP_SECONDS = 300.0  # of what never ends; to keep all data takes a busy machine long
_LOOK_SECONDS = 1.0
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Told(BaseException):
    """A signal to end the process."""


def serve(options: Options, up: Callable[[Mapping[str, Any]], None]) -> int:
    """Run until a signal (Ctrl-C, SIGTERM, SIGHUP) or until a part crashes; `up` is called once everything is up.

    Returns the exit status. Raises StartError when it cannot start. Everything that it started is stopped.
    """
    for number in _ENDING:
        signal.signal(number, _tell)
    cloud = LocalCloud(options)
    try:
        up(cloud.start())
        while (dead := cloud.died()) is None:
            time.sleep(_LOOK_SECONDS)
    except _Told:
        return 0
    finally:
        cloud.stop()
    raise StartError(f"{dead} has ended unexpectedly; its log is in {options.folder / 'logs'}.")


def _tell(_number: int, _frame: FrameType | None) -> None:
    # The end is asked for once: a second Ctrl-C, or what a launcher sends on, would cut short the keeping of all data.
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise _Told


@dataclass(frozen=True, slots=True)
class Handle:
    """A running local cloud in a process of its own; `ready` is the data of GET /_local/ready."""

    url: str
    folder: Path
    ready: Mapping[str, Any]
    process: subprocess.Popen[bytes]

    @property
    def calls(self) -> Path:
        """The record of AWS calls, a JSON object a line."""
        return self.folder / "calls.jsonl"

    def stop(self) -> None:
        """End it and everything that it started."""
        processes.stop(self.process, grace_seconds=_STOP_SECONDS)

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    port: int, *, folder: Path, module: str = "infra.localcloud", arguments: Iterable[str] = (), dynamodb: str = "auto"
) -> Handle:
    """Start the local cloud on `port` to `port` + 3 and wait until it is ready.

    `module` runs it, with `arguments` beside those of every local cloud. `folder` takes logs, clock
    and the record of calls. Raises StartError with the end of its output. On Linux it ends with the thread that called
    this.
    """
    command = [sys.executable, "-m", module, "--port", str(port), "--folder", str(folder), "--dynamodb", dynamodb]
    command += arguments
    output = folder / "output.log"
    process = processes.spawn(command, log=output)
    url = f"http://127.0.0.1:{port}"
    ready = _await_ready(url, process)
    if ready is None:
        processes.stop(process)
        raise StartError(f"The local cloud did not start:\n{output.read_text(errors='replace')[-4000:]}")
    return Handle(url, folder, ready, process)


def _await_ready(url: str, process: subprocess.Popen[bytes]) -> Mapping[str, Any] | None:
    until = time.monotonic() + _START_SECONDS
    with httpx.Client(trust_env=False, timeout=10) as client:
        while process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(httpx.TransportError):
                answer = client.get(f"{url}/_local/ready")
                if answer.status_code == httpx.codes.OK:
                    ready: dict[str, Any] = answer.json()
                    return ready
            time.sleep(0.1)
    return None
