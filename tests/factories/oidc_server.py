"""A real OpenID Connect provider in a process of its own, and a browser that signs in there."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from infra.localcloud import processes
from tests.factories.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 240


@dataclass
class OidcServer:
    """A running provider."""

    issuer: str

    def knows(self, subject: str, **claims: object) -> None:
        """Gives the provider a person."""
        httpx.put(f"{self.issuer}/users/{subject}", json=claims, trust_env=False).raise_for_status()

    def visit(self, authorization_url: str, subject: str) -> tuple[str, str]:
        """Signs in as a person, as a browser does; returns the state and code that the browser comes back with."""
        answer = httpx.post(authorization_url, data={"sub": subject}, trust_env=False)
        assert answer.status_code == 302, answer.text
        came_back = parse_qs(urlsplit(answer.headers["location"]).query)
        return came_back["state"][0], came_back["code"][0]


def changed(url: str, name: str, value: str) -> str:
    """The address with another value of a query parameter."""
    return re.sub(rf"(?<=[?&]){name}=[^&]*", f"{name}={value}", url)


@contextmanager
def serving(folder: Path) -> Iterator[OidcServer]:
    """A fresh provider, gone at the end."""
    server = OidcServer(f"http://127.0.0.1:{free_ports(1)}")
    command = [sys.executable, "-m", "infra.local.third_party", "--port", server.issuer.rsplit(":", 1)[1]]
    process = processes.spawn(command, cwd=ROOT, log=folder / "provider.log")
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _ready(server.issuer):
            assert process.poll() is None, (folder / "provider.log").read_text()
            assert time.monotonic() < deadline, "the provider did not start"
            time.sleep(0.05)
        yield server
    finally:
        processes.stop(process)


def _ready(issuer: str) -> bool:
    try:
        return httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
