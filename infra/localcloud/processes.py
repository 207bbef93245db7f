"""Child processes that cannot outlive the local cloud: a group each, and ended by the kernel with their parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

_PR_SET_PDEATHSIG = 1
# Runs in a fresh interpreter, then becomes the program: `preexec_fn` is unsafe once the parent has threads, and the
# setting outlives exec. The parent may already be gone when it is made, hence the second look.
_GUARD = (
    "import ctypes,os,sys;"
    f"ctypes.CDLL(None).prctl({_PR_SET_PDEATHSIG},{int(signal.SIGKILL)});"
    "os.getppid()==int(sys.argv[1]) or os._exit(1);"
    "os.execv(sys.argv[2],sys.argv[2:])"
)


class Process(Protocol):
    """A process that leads a group of its own: a subprocess.Popen, or one that the local cloud forked."""

    @property
    def pid(self) -> int:
        """Its number, and its group's."""

    def poll(self) -> int | None:
        """Its status; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Its status once it has ended. Raises subprocess.TimeoutExpired."""


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log: Path | None = None,
    guarded: bool = False,
) -> subprocess.Popen[bytes]:
    """Start `command` (its first word a full path) in a process group of its own, its output appended to `log`.

    On Linux the kernel kills it when the *thread* that called this ends, so call it from one that lives long.
    `guarded` says that the program makes that arrangement itself (`die_with_parent`), which starts faster.
    """
    words = [str(word) for word in command]
    if sys.platform == "linux" and not guarded:
        words = [sys.executable, "-I", "-S", "-c", _GUARD, str(os.getpid()), *words]
    with contextlib.ExitStack() as stack:
        output: int = subprocess.DEVNULL
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            output = stack.enter_context(log.open("ab")).fileno()
        return subprocess.Popen(  # noqa: S603  # our own programs, no shell
            words,
            env=None if env is None else dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread of process `parent` that started it ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:
            os._exit(1)


def stop(process: Process, *, grace_seconds: float = 3.0) -> None:
    """End the process and all of its group: terminated, killed after `grace_seconds`; returns when it has ended."""
    if grace_seconds > 0 and process.poll() is None:
        _signal_group(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace_seconds)
    # The group is killed even when its leader has ended: its children may not have.
    _signal_group(process, signal.SIGKILL)
    process.wait()


def kill(all_of_them: Iterable[Process]) -> None:
    """Kill these processes and their groups; returns when they have ended."""
    doomed = list(all_of_them)
    for process in doomed:
        _signal_group(process, signal.SIGKILL)
    for process in doomed:
        process.wait()


def _signal_group(process: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
