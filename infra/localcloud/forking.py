"""Function processes forked from a server process (`fork_server.py`) that has loaded the libraries which they share."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, cast

from infra.localcloud.variables import inherited

BEGIN_SECONDS = 240.0


class Forked:
    """A process that the server forked, with those parts of subprocess.Popen that a local cloud uses."""

    def __init__(self, words: Sequence[str]) -> None:
        self.args = words
        self.pid = 0
        self.returncode: int | None = None
        self.begun, self._ended = threading.Event(), threading.Event()

    def end(self, status: int) -> None:
        """Called once: it has ended, by a signal where the status is negative."""
        self.returncode = status
        self.begun.set()
        self._ended.set()

    def poll(self) -> int | None:
        """Its status; None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its status once it has ended. Raises subprocess.TimeoutExpired."""
        if not self._ended.wait(timeout) or self.returncode is None:
            raise subprocess.TimeoutExpired(list(self.args), timeout or 0)
        return self.returncode


class Forks:
    """The server's client: `spawn` is safe to call from any thread. It lives as long as the thread that made it."""

    def __init__(self, clock_file: Path, libraries: Sequence[str], *, log: Path) -> None:
        words = [sys.executable, "-m", "infra.localcloud.fork_server", str(os.getpid()), str(clock_file), *libraries]
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._server = subprocess.Popen(  # noqa: S603  # our own program, no shell
                words,
                env=inherited(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
            )
        self._processes: dict[int, Forked] = {}
        self._lock = threading.Lock()
        self._began = 0
        self._requests = cast("IO[bytes]", self._server.stdin)
        reports = cast("IO[bytes]", self._server.stdout)
        threading.Thread(target=self._read, args=(reports,), name="forks", daemon=True).start()

    def spawn(self, words: Sequence[str], *, env: Mapping[str, str], cwd: Path, log: Path) -> Forked:
        """Start a function's process; `words` are for infra.localcloud.environment.serve. Raises OSError."""
        if not cwd.is_dir():
            raise FileNotFoundError(f"There is no folder {cwd}")
        process = Forked(words)
        with self._lock:
            if self._server.poll() is not None:
                raise OSError(f"The process that forks others has ended; see {self._log}")
            self._began += 1
            number = self._began
            self._processes[number] = process
            request = {"number": number, "words": list(words), "env": dict(env), "cwd": str(cwd), "log": str(log)}
            self._requests.write(json.dumps(request).encode() + b"\n")
            self._requests.flush()
        if not process.begun.wait(BEGIN_SECONDS) or process.pid == 0:
            raise OSError(f"The process could not be forked; see {self._log}")
        return process

    def stop(self) -> None:
        """End the server, and with it what it forked."""
        self._server.kill()
        self._server.wait()
        with contextlib.suppress(OSError):  # of a request that it did not read
            self._requests.close()

    def _read(self, reports: IO[bytes]) -> None:
        with reports:
            for line in reports:
                report = json.loads(line)
                with self._lock:
                    process = self._processes[report["number"]]
                    if "status" in report:
                        del self._processes[report["number"]]
                if "status" in report:
                    process.end(report["status"])
                else:
                    process.pid = report["pid"]
                    process.begun.set()
        with self._lock:
            lost, self._processes = list(self._processes.values()), {}
        for process in lost:  # the kernel has ended them with the server
            process.end(-signal.SIGKILL)
