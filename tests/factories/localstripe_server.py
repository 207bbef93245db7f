"""Runs localstripe, an independent fake of Stripe, on a free port of loopback, and prints the port."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from aiohttp import web
from localstripe import resources
from localstripe.server import app


class _InMemory(resources.Store):  # type: ignore[misc]  # localstripe is untyped
    def dump_to_disk(self) -> None:
        """Nothing outlives a test: its own store writes every change below /tmp."""


async def _hold_tasks(_: web.Application) -> None:
    """Its deliveries are tasks that it holds no reference to, so that the garbage collector may end them."""
    held: set[asyncio.Task[Any]] = set()

    def make(loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(work, loop=loop, **more)
        held.add(task)
        task.add_done_callback(held.discard)
        return task

    asyncio.get_running_loop().set_task_factory(make)


def main() -> None:
    """Serves until the process is ended."""
    resources.store.__class__ = _InMemory
    app.on_startup.append(_hold_tasks)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # who reads the port may connect at once
    print(listening.getsockname()[1], flush=True)
    web.run_app(app, sock=listening, print=None)


if __name__ == "__main__":
    main()
