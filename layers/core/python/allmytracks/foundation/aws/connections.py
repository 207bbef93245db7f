"""Connections that carry signed calls: kept alive, and one packet a request.

urllib3 and two packets a request took an eighth of a download's CPU (docs/decisions/2026-11-24-lean-aws-client.md).
"""

from __future__ import annotations

import ssl
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from botocore.httpsession import get_cert_path
from msgspec import Struct
from urllib3.util import wait_for_read

from allmytracks.foundation.first_use import loaded_at_first_use


class SignedCall(Struct, frozen=True):
    """One try of one call, ready to be sent."""

    operation: str
    body: bytes
    headers: Mapping[str, str]


class NoAnswerError(Exception):
    """The connection failed or timed out; whether the call took effect is unknown."""


# Sends a call and waits so many seconds for the response (status, body). Raises NoAnswerError.
Transport = Callable[[SignedCall, float], tuple[int, bytes]]


class KeptConnections:
    """The network transport to one endpoint; none is opened before the first call, one for each thread that calls."""

    def __init__(self, endpoint: str, connecting: float) -> None:
        where = urlsplit(endpoint)
        self._connecting = connecting
        host = where.hostname or ""
        self._idle: deque[HTTPConnection] = deque()
        weakref.finalize(self, _close, self._idle)
        kind = _encrypted if where.scheme == "https" else HTTPConnection
        self._new: Callable[..., HTTPConnection] = partial(kind, host, where.port)

    def __call__(self, call: SignedCall, seconds: float) -> tuple[int, bytes]:
        connection, keep = None, False
        try:
            connection = self._connected(seconds)
            connection.sock.settimeout(seconds)
            connection.sock.sendall(_written(call))
            with HTTPResponse(connection.sock, method="POST") as answer:
                answer.begin()
                status, text, keep = answer.status, answer.read(), not answer.will_close
        except (OSError, HTTPException) as error:
            raise NoAnswerError from error
        finally:
            if connection is not None and not keep:
                connection.close()
        if keep:
            self._idle.append(connection)
        return status, text

    def _connected(self, seconds: float) -> HTTPConnection:
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread took the last one
                break
            # What can be read between two calls is the end of the connection.
            if not wait_for_read(connection.sock, 0):
                return connection
            connection.close()
        connection = self._new(timeout=min(self._connecting, seconds))
        connection.connect()
        return connection


def _close(idle: deque[HTTPConnection]) -> None:
    for each in idle:
        each.close()


def _written(call: SignedCall) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in call.headers.items())
    head = f"POST / HTTP/1.1\r\n{lines}accept-encoding: identity\r\ncontent-length: {len(call.body)}\r\n\r\n"
    return head.encode("latin-1") + call.body


def _encrypted(host: str, port: int | None, timeout: float) -> HTTPSConnection:
    return HTTPSConnection(host, port, timeout=timeout, context=_tls())


@loaded_at_first_use
def _tls() -> ssl.SSLContext:
    """Created once, not for each connection: it reads all trusted certificates (17 ms)."""
    return ssl.create_default_context(cafile=get_cert_path(verify=True))
