"""A threaded WSGI server on loopback whose connections stay open (HTTP/1.1).

Werkzeug's own closes each connection after one request and lingers 10 ms on it; its request parsing is used here.
"""

from __future__ import annotations

import contextlib
import io
import socketserver
import sys
import threading
import traceback
from collections.abc import Iterable
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

RAW_HEADERS = "local.raw_headers"
"""In the WSGI environment: the request's headers as (name, value) pairs, in their own spelling and number."""

MAX_BODY_BYTES = 10 * 1024 * 1024
"""API Gateway's limit on a payload."""

_MAX_DRAINED_BYTES = 10 * MAX_BODY_BYTES


class Server(ThreadingHTTPServer):
    """Serves `app` on 127.0.0.1:`port` (0: any free port), a thread a connection. Raises OSError if it is taken."""

    daemon_threads = True
    request_queue_size = 128
    # Used by werkzeug's request parsing.
    ssl_context = None
    multithread, multiprocess = True, False

    def __init__(self, port: int, app: WSGIApplication, max_body_bytes: int | None = MAX_BODY_BYTES) -> None:
        self.app = app
        self.max_body_bytes = sys.maxsize if max_body_bytes is None else max_body_bytes
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without a DNS look-up of this machine's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def start(self) -> None:
        """Serve in the background."""
        threading.Thread(target=self.serve_forever, args=(0.1,), name=f"http-{self.server_port}", daemon=True).start()

    def stop(self) -> None:
        """Stop a started server and free its port."""
        self.shutdown()
        self.server_close()


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    # Otherwise each answer may wait 40 ms for a delayed acknowledgement.
    disable_nagle_algorithm = True

    server: Server  # type: ignore[assignment]  # not werkzeug's

    def make_environ(self) -> dict[str, Any]:
        environ = super().make_environ()
        environ[RAW_HEADERS] = self.headers.items()
        return environ

    def run_wsgi(self) -> None:
        self.environ = environ = self.make_environ()
        body = self._read_body(environ)
        if body is None:
            headers = [("Content-Type", "application/json")]
            self._write("413 Request Entity Too Large", headers, b'{"message":"Request Entity Too Large"}')
            return
        environ["wsgi.input"], environ["wsgi.input_terminated"] = io.BytesIO(body), True
        environ["CONTENT_LENGTH"] = str(len(body))
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Any:
            begun.append((status, headers))
            return lambda _data: None

        try:
            answer = _collect(self.server.app(environ, start_response))
        except Exception:  # noqa: BLE001  # the server's last resort: logged, and answered as the gateway would
            traceback.print_exc(file=sys.stderr)
            begun, answer = [("500 Internal Server Error", [])], b'{"message":"Internal Server Error"}'
        self._write(*begun[-1], answer)

    def _read_body(self, environ: dict[str, Any]) -> bytes | None:
        """The body; None when it is too large, after reading a bounded part of it."""
        if environ.get("wsgi.input_terminated"):
            body: bytes = environ["wsgi.input"].read()
            return body if len(body) <= self.server.max_body_bytes else None
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length <= self.server.max_body_bytes:
            return self.rfile.read(length)
        for _ in range(min(length, _MAX_DRAINED_BYTES) // 65536):
            self.rfile.read(65536)
        self.close_connection = True
        return None

    def _write(self, status: str, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        bodyless = status[:3] in {"204", "304"}
        # The response to HEAD has the length of the omitted body.
        told = self.command == "HEAD" and any(name.lower() == "content-length" for name, _ in headers)
        dropped = {"connection"} if told else {"connection", "content-length"}
        lines = [f"HTTP/1.1 {status}"]
        lines += [f"{name}: {value}" for name, value in headers if name.lower() not in dropped]
        if not bodyless and not told:
            lines.append(f"Content-Length: {len(body)}")
        if self.close_connection:
            lines.append("Connection: close")
        lines += [f"Date: {self.date_time_string()}", "", ""]
        visible = b"" if bodyless or self.command == "HEAD" else body
        self.wfile.write("\r\n".join(lines).encode("latin-1") + visible)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
        """Log nothing: the gateway has its own log of requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def _collect(chunks: Iterable[bytes]) -> bytes:
    with contextlib.ExitStack() as stack:
        close = getattr(chunks, "close", None)
        if close is not None:
            stack.callback(close)
        return b"".join(chunks)
