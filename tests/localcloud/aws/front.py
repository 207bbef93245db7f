"""The AWS front as a process of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import urllib3
from botocore.config import Config

from infra.localcloud import credentials, processes
from tests.factories.ports import free_ports

REGION = "ap-southeast-1"
ROOT = Path(__file__).parents[3]
PATIENCE_SECONDS = 240


@dataclass
class Front:
    """A running front; `client` makes boto3 clients of it under any key id."""

    url: str
    clock_file: Path
    calls_file: Path
    _session: Any = field(default_factory=boto3.session.Session)
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str, key_id: str = credentials.OPERATOR, **config: Any) -> Any:
        """The same client for the same wishes: to make one costs more than to call it."""
        name = repr((service, key_id, config))
        if name not in self._clients:
            self._clients[name] = self._session.client(
                service,
                endpoint_url=self.url,
                region_name=REGION,
                aws_access_key_id=key_id,
                aws_secret_access_key=credentials.SECRET,
                config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, **config),
            )
        return self._clients[name]

    def mails(self, to: str) -> list[dict[str, str]]:
        answer = urllib3.request("GET", f"{self.url}/_front/mail", fields={"to": to})
        return list(answer.json()["items"])

    def move_clock(self, offset_seconds: float) -> None:
        """Move the front's clock alone: the tests stay in their own time."""
        fresh = self.clock_file.with_suffix(".fresh")
        fresh.write_text(repr(offset_seconds), encoding="ascii")
        fresh.replace(self.clock_file)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


@contextmanager
def serving(folder: Path) -> Iterator[Front]:
    """A fresh front, gone at the end with all that was in it."""
    front = Front(f"http://127.0.0.1:{free_ports(1)}", folder / "clock", folder / "calls.jsonl")
    command = [
        sys.executable,
        "-m",
        "infra.localcloud.front",
        "--port",
        front.url.rsplit(":", 1)[1],
        "--region",
        REGION,
    ]
    command += ["--clock", str(front.clock_file), "--calls", str(front.calls_file)]
    process = processes.spawn(command, cwd=ROOT, log=folder / "front.log")
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _ready(front.url):
            assert process.poll() is None, (folder / "front.log").read_text()
            assert time.monotonic() < deadline, "the front did not start"
            time.sleep(0.05)
        yield front
    finally:
        front.close()
        processes.stop(process)


def _ready(url: str) -> bool:
    try:
        return urllib3.request("GET", f"{url}/_front/ready", retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


TEMPLATES = Path(__file__).parent / "templates"
