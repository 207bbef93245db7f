from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from infra.localcloud.cloud import StartError, check_ports
from infra.localcloud.supervisor import Handle, start
from tests.factories.ports import free_ports
from tests.localcloud.running import RUNNING

TEMPLATE = RUNNING / "template.yaml"
PATIENCE = 240.0


def wish(template: Path, *more: str) -> list[str]:
    return ["--template", str(template), *more]


def started(folder: Path) -> Handle:
    return start(free_ports(4), folder=folder, arguments=wish(TEMPLATE, "--parameter=Mode=tried"), dynamodb="moto")


def processes_of(folder: Path) -> list[int]:
    """Processes whose command line names the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if str(folder).encode() in words and b"infra.localcloud" in words:
            found.append(int(entry.parent.name))
    return found


def gone(folder: Path) -> bool:
    until = time.monotonic() + PATIENCE
    while processes_of(folder) and time.monotonic() < until:
        time.sleep(0.05)
    return not processes_of(folder)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handle]:
    with started(tmp_path_factory.mktemp("cloud")) as handle:
        yield handle


@pytest.fixture
def client(cloud: Handle) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.url, trust_env=False, timeout=PATIENCE) as client:
        yield client


def test_a_template_runs(client: httpx.Client, cloud: Handle) -> None:
    assert cloud.ready["dynamodb"] == "moto"
    assert (cloud.ready["functions"], cloud.ready["routes"]) == (2, 1)
    assert client.get("/v1/open").json()["mode"] == "tried"


def test_the_clock_moves_for_functions(client: httpx.Client) -> None:
    before = client.get("/_local/clock").json()
    moved = client.post("/_local/clock", json={"advance_seconds": 86_400}).json()
    assert 86_400 <= moved["epoch"] - before["epoch"] < 86_400 + PATIENCE
    assert 0 <= client.get("/v1/open").json()["time"] - moved["epoch"] < PATIENCE
    fixed = client.post("/_local/clock", json={"now": "2031-05-06T07:08:09Z"}).json()
    assert 0 <= fixed["epoch"] - datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC).timestamp() < PATIENCE
    back = client.post("/_local/clock", json={"advance_seconds": time.time() - fixed["epoch"]}).json()
    assert abs(back["epoch"] - time.time()) < PATIENCE


@pytest.mark.parametrize("wish", [{}, {"now": "soon"}, {"advance_seconds": "x"}, {"advance_seconds": 1e15}, []])
def test_a_senseless_move_of_the_clock_is_refused(client: httpx.Client, wish: object) -> None:
    assert client.post("/_local/clock", json=wish).status_code == 400


def test_the_gateways_throttling_is_switched(client: httpx.Client) -> None:
    assert client.get("/_local/limits").json() == {"throttling": True}
    assert client.post("/_local/limits", json={"throttling": False}).json() == {"throttling": False}
    assert client.post("/_local/limits", json={"throttling": True}).json() == {"throttling": True}
    assert client.post("/_local/limits", json={"throttling": "no"}).status_code == 400
    assert client.post("/_local/limits", json={"quota": False}).status_code == 400


def test_the_local_records_are_there(client: httpx.Client) -> None:
    assert client.get("/_local/mail", params={"to": "nobody@example.com"}).json() == {"items": []}
    assert client.get("/_local/calls").json() == {"items": []}
    for unknown in ("/_local", "/_local/nothing"):
        assert client.get(unknown).status_code == 404
    assert client.get("/_localities").json() == {"message": "Not Found"}


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"Port {port} cannot be used"):
            check_ports(port)


def test_a_template_that_cannot_be_provided_is_reported(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {Thing: {Type: 'AWS::Unheard::Of'}}\n")
    with pytest.raises(StartError, match=r"AWS::Unheard::Of"):
        start(free_ports(4), folder=tmp_path / "run", arguments=wish(template), dynamodb="moto")
    assert gone(tmp_path)


def test_stopping_leaves_no_process(tmp_path: Path) -> None:
    handle = started(tmp_path)
    httpx.get(f"{handle.url}/v1/open", trust_env=False, timeout=PATIENCE)
    assert len(processes_of(tmp_path)) >= 3
    handle.stop()
    assert processes_of(tmp_path) == []
    assert handle.process.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's own")
def test_a_killed_supervisor_leaves_no_process(tmp_path: Path) -> None:
    handle = started(tmp_path)
    with pytest.raises(httpx.ReadTimeout):  # a function at work does not notice by itself
        httpx.get(f"{handle.url}/v1/open?sleep=600", trust_env=False, timeout=2)
    os.kill(handle.process.pid, signal.SIGKILL)
    handle.process.wait()
    assert gone(tmp_path)


def test_a_part_that_crashes_ends_the_rest_and_is_named(tmp_path: Path) -> None:
    handle = started(tmp_path)
    fronts = [
        pid for pid in processes_of(tmp_path) if b"infra.localcloud.front" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    os.kill(fronts[0], signal.SIGKILL)
    assert handle.process.wait(PATIENCE) == 1
    assert "AWS front has ended unexpectedly" in (tmp_path / "output.log").read_text().replace("\n", " ")
    assert gone(tmp_path)


def test_a_second_start_on_the_same_port_says_so(cloud: Handle, tmp_path: Path) -> None:
    port = cloud.url.rpartition(":")[2]
    command = [
        sys.executable,
        "-m",
        "infra.localcloud",
        "--port",
        port,
        "--folder",
        str(tmp_path),
        "--template",
        str(TEMPLATE),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ourselves
    assert result.returncode == 1
    assert f"Port {port} cannot be used" in result.stdout
    assert f"--port {int(port) + 1000}" in result.stdout
