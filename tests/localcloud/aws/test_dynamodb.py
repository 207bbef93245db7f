"""Fetching DynamoDB Local: the message where it is not available."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.localcloud.dynamodb import obtain, start
from infra.localcloud.npm import UnavailableError
from tests.factories.ports import free_ports
from tests.localcloud.aws.front import Front


def put_npm(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_without_npm_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match="npm is not on the PATH"):
        obtain(tmp_path / "cache")


def test_without_a_network_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_npm(tmp_path, "echo 'npm error code ENOTFOUND' >&2; exit 1", monkeypatch)
    with pytest.raises(UnavailableError, match="code ENOTFOUND"):
        obtain(tmp_path / "cache")


def test_another_package_under_its_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_npm(tmp_path, 'echo other > "$4/amplify-dynamodb-simulator-2.9.30.tgz"', monkeypatch)
    with pytest.raises(UnavailableError, match="SHA-512 differs"):
        obtain(tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_taken_port_is_reported(running_front: Front) -> None:
    with pytest.raises(UnavailableError, match="is taken"):
        start(int(running_front.url.rsplit(":", 1)[1]))


@pytest.mark.dynamodb
def test_its_temporary_files_go_with_it_and_those_of_a_killed_start_with_the_next(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    (tmp_path / f"localcloud-dynamodb-{int(ended.stdout)}-left").mkdir()
    (tmp_path / f"localcloud-dynamodb-{os.getpid()}-in-use").mkdir()

    running = start(free_ports(1), temporary=tmp_path)

    assert {each.name.rpartition("-")[0] for each in tmp_path.iterdir()} == {
        f"localcloud-dynamodb-{os.getpid()}-in",
        f"localcloud-dynamodb-{os.getpid()}",
    }
    running.stop()
    assert [each.name.rpartition("-")[2] for each in tmp_path.iterdir()] == ["use"]
