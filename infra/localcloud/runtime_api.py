"""The Lambda Runtime API (2018-06-01) on loopback, as AWS's runtime client speaks it.

The first segment of the path names the environment, so that one server serves all: AWS_LAMBDA_RUNTIME_API holds
`127.0.0.1:PORT/ENVIRONMENT`.
"""

from __future__ import annotations

import contextlib
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

from infra.localcloud.invocations import Environment, Invocation, Outcome

INVOKE = "/2015-03-31/functions/"


class Host(Protocol):
    """The owner of the environments: the runtime."""

    def environment(self, key: str) -> Environment | None:
        """The living environment of that key."""

    def invoke_physical(self, name: str, payload: bytes) -> Outcome | None:
        """Run the function of that physical name; None where there is none."""

    def next(self, environment: Environment) -> Invocation | None:
        """Wait for the environment's next invocation; None when it is to end."""

    def headers(self, environment: Environment, invocation: Invocation) -> dict[str, str]:
        """The Lambda-Runtime headers of an invocation."""

    def completed(self, environment: Environment, request_id: str, outcome: Outcome) -> bool:
        """Settle an invocation; False when it is not the one in hand."""

    def init_failed(self, environment: Environment, error: bytes) -> None:
        """The environment could not load its function."""


class RuntimeApi(ThreadingHTTPServer):
    """One thread a connection; there is one connection an environment."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], host: Host) -> None:
        self.host = host
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A killed environment breaks its connection: its watcher handles that. Anything else is a defect."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # handed on as it came


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it each answer waits 40 ms for a delayed acknowledgement.
    disable_nagle_algorithm = True

    server: RuntimeApi

    def do_GET(self) -> None:
        """The long poll for the next invocation, and the end of a restore."""
        key, call = self._call()
        environment = self.server.host.environment(key)
        if environment is None:
            self._answer(403, b'{"errorMessage":"unknown environment"}')
        elif call == ["invocation", "next"]:
            self._next(environment)
        elif call == ["restore", "next"]:
            self._answer(200, b"{}")
        else:
            self._answer(404, b'{"errorMessage":"unknown call"}')

    def do_POST(self) -> None:
        """Results and errors."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith(INVOKE):
            self._invoke(self.path.removeprefix(INVOKE).split("/")[0], body)
            return
        key, call = self._call()
        environment = self.server.host.environment(key)
        if environment is None:
            self._answer(403, b'{"errorMessage":"unknown environment"}')
            return
        match call:
            case ["invocation", request_id, "response"]:
                self._settle(environment, request_id, Outcome(body))
            case ["invocation", request_id, "error"]:
                self._settle(environment, request_id, Outcome(body, "Unhandled"))
            case ["init", "error"] | ["restore", "error"]:
                self.server.host.init_failed(environment, body)
                self._answer(202, b'{"status":"OK"}')
            case _:
                self._answer(404, b'{"errorMessage":"unknown call"}')

    def _invoke(self, name: str, payload: bytes) -> None:
        """Lambda's Invoke (2015-03-31), for the AWS front: a service invokes a function."""
        outcome = self.server.host.invoke_physical(name, payload)
        if outcome is None:
            self._answer(404, b'{"Type":"User","Message":"Function not found"}')
        else:
            self._answer(200, outcome.payload, {"X-Amz-Function-Error": outcome.error} if outcome.error else None)

    def _call(self) -> tuple[str, list[str]]:
        _, key, *rest = self.path.split("/")  # /ENVIRONMENT/2018-06-01/runtime/…
        return key, rest[2:]

    def _next(self, environment: Environment) -> None:
        invocation = self.server.host.next(environment)
        if invocation is None:
            self.close_connection = True
            return
        self._answer(200, invocation.payload, self.server.host.headers(environment, invocation))

    def _settle(self, environment: Environment, request_id: str, outcome: Outcome) -> None:
        if self.server.host.completed(environment, request_id, outcome):
            self._answer(202, b'{"status":"OK"}')
        else:
            self._answer(400, b'{"errorMessage":"not the invocation in hand","errorType":"InvalidRequestID"}')

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        lines = [f"HTTP/1.1 {status} {self.responses[status][0]}", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        # The environment may have been killed meanwhile; its watcher handles that.
        with contextlib.suppress(ConnectionError):
            self.wfile.write("\r\n".join(lines).encode("latin-1") + body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Log nothing: the functions have their own logs."""
