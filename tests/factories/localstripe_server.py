"""Runs localstripe, an independent fake of Stripe, on a free port of loopback, and prints the port."""

from __future__ import annotations

import socket

from aiohttp import web
from localstripe import resources
from localstripe.server import app


class _InMemory(resources.Store):  # type: ignore[misc]  # localstripe is untyped
    def dump_to_disk(self) -> None:
        """Nothing outlives a test: its own store writes every change below /tmp."""


def main() -> None:
    """Serves until the process is ended."""
    resources.store.__class__ = _InMemory
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    web.run_app(app, sock=listening, print=None)


if __name__ == "__main__":
    main()
