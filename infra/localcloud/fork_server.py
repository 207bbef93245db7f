"""Imports libraries once, and forks a process at each request: the server of `forking.py`.

A function's own interpreter costs half a second of CPU, nearly all of it for imports that all functions share. What a
function is (its code, variables, folder, log and process group) stays its own; no code of the product is loaded before.

`python -m infra.localcloud.fork_server PARENT CLOCK LIBRARY…` reads a request a line from its standard input and writes
a report a line to its standard output: a process has begun, or ended with a status.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from infra.localcloud import clock  # noqa: F401  # loaded for the children
from infra.localcloud.processes import die_with_parent


class _Server:
    """Runs in the server process, which has one thread."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._reports = os.dup(1)
        # Whatever a library prints must not look like a report.
        os.dup2(2, 1)
        self._woken, waking = os.pipe()
        for end in (self._woken, waking):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._inherited = (self._reports, self._woken, waking)

    def serve(self) -> None:
        """Fork at each request, until there will be no more."""
        waiting = b""
        while True:
            readable, _, _ = select.select([0, self._woken], [], [])
            if self._woken in readable:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._woken, 4096)
                self._reap()
            if 0 in readable:
                read = os.read(0, 65_536)
                if not read:
                    return
                *lines, waiting = (waiting + read).split(b"\n")
                for line in lines:
                    self._fork(json.loads(line))

    def _fork(self, request: Mapping[str, Any]) -> None:
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become(request, server)
        self._numbers[pid] = request["number"]
        self._report(number=request["number"], pid=pid)

    def _become(self, request: Mapping[str, Any], server: int) -> NoReturn:
        """What a fresh interpreter in this folder with these variables would be."""
        status = 1
        try:
            os.setsid()
            die_with_parent(server)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for inherited_end in self._inherited:
                os.close(inherited_end)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            output = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.chdir(request["cwd"])
            os.environ.clear()
            os.environ.update(request["env"])
            time.tzset()
            sys.path[0] = request["cwd"]
            # Not before: AWS's native client reads its address from the environment when it is loaded.
            environment = importlib.import_module("infra.localcloud.environment")
            environment.serve(*request["words"])
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # noqa: BLE001  # nothing of the server may go on in this process
            sys.excepthook(*sys.exc_info())
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    def _reap(self) -> None:
        for pid, status in _ended():
            self._report(number=self._numbers.pop(pid), status=os.waitstatus_to_exitcode(status))

    def _report(self, **report: int) -> None:
        os.write(self._reports, json.dumps(report).encode() + b"\n")


def _ended() -> Iterator[tuple[int, int]]:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0] != 0:
            yield ended


def main() -> None:
    """Load the libraries, then fork at each request."""
    parent, _clock_file, *libraries = sys.argv[1:]
    die_with_parent(int(parent))
    server = _Server()
    for library in libraries:
        importlib.import_module(library)
    # What is there now is shared by all processes for as long as none touches it.
    gc.collect()
    gc.freeze()
    server.serve()


if __name__ == "__main__":
    main()
