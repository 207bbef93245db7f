"""The connections of our own AWS client, to a server that writes down what it reads."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from allmytracks.foundation.aws.connections import KeptConnections, NoAnswerError, SignedCall

CALL = SignedCall("GetItem", b'{"TableName":"t"}', {"host": "here", "x-amz-target": "DynamoDB_20120810.GetItem"})
SENT = (
    b"POST / HTTP/1.1\r\nhost: here\r\nx-amz-target: DynamoDB_20120810.GetItem\r\naccept-encoding: identity\r\n"
    b'content-length: 17\r\n\r\n{"TableName":"t"}'
)
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}"
STAYING = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}"
SHORT = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}"
PATIENCE = 240


@dataclass
class Listener:
    """Gives one planned response to each read of a connection, and closes connections after those in `closing`."""

    planned: list[bytes]
    closing: tuple[bytes, ...] = (LAST, SHORT, b"")
    reads: list[bytes] = field(default_factory=list)
    connections: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/"

    def _serve(self) -> None:
        while self.planned:
            connection, _ = self.socket.accept()
            self.connections += 1
            with connection:
                while self.planned and (read := connection.recv(65_536)):
                    self.reads.append(read)
                    answer = self.planned.pop(0)
                    connection.sendall(answer)
                    if answer in self.closing:
                        break
        self.ended.set()

    def end(self) -> None:
        if self.thread.is_alive():
            self.planned.clear()
            socket.create_connection(self.socket.getsockname()).close()
        self.thread.join()
        self.socket.close()


@pytest.fixture
def listening() -> Iterator[list[Listener]]:
    started: list[Listener] = []
    yield started
    for each in started:
        each.end()


def sender(listener: Listener) -> KeptConnections:
    return KeptConnections(listener.endpoint, connecting=PATIENCE)


def test_a_request_is_one_packet_and_the_connection_is_kept(listening: list[Listener]) -> None:
    listening.append(listener := Listener([OK, CHUNKED, OK]))
    send = sender(listener)
    assert [send(CALL, PATIENCE) for _ in range(3)] == [(200, b"{}")] * 3
    assert listener.reads == [SENT] * 3
    assert listener.connections == 1


@pytest.mark.parametrize("answer", [LAST, STAYING, SHORT, b""], ids=["close", "closes later", "cut", "silent end"])
def test_a_connection_that_ends_is_not_used_again(listening: list[Listener], answer: bytes) -> None:
    listening.append(listener := Listener([answer, OK]))
    send = sender(listener)
    if answer in {LAST, STAYING}:
        assert send(CALL, PATIENCE) == (200, b"{}")
    else:
        with pytest.raises(NoAnswerError):
            send(CALL, PATIENCE)
    assert send(CALL, PATIENCE) == (200, b"{}")
    assert listener.connections == 2


def test_a_connection_that_the_service_closed_meanwhile_is_replaced(listening: list[Listener]) -> None:
    listening.append(listener := Listener([OK], closing=(OK,)))
    send = sender(listener)
    assert send(CALL, PATIENCE) == (200, b"{}")
    listener.ended.wait(PATIENCE)
    [kept] = send._idle
    listening.append(again := Listener([OK]))
    send._new = sender(again)._new
    assert send(CALL, PATIENCE) == (200, b"{}")
    assert kept.sock is None


def test_each_thread_that_calls_has_a_connection(listening: list[Listener]) -> None:
    listening.append(one := Listener([OK]))
    listening.append(other := Listener([OK]))
    send = sender(one)
    first = send._connected(PATIENCE)
    send._new = sender(other)._new
    second = send._connected(PATIENCE)
    assert first is not second
    for each in (first, second):
        each.close()


def test_connections_end_with_their_client(listening: list[Listener]) -> None:
    listening.append(listener := Listener([OK]))
    send = sender(listener)
    send(CALL, PATIENCE)
    [kept] = send._idle
    del send
    gc.collect()
    assert kept.sock is None


def test_nobody_listens() -> None:
    with pytest.raises(NoAnswerError):
        KeptConnections("http://127.0.0.1:1/", connecting=1)(CALL, 1)


def test_a_service_without_a_trusted_certificate_is_sent_nothing(tmp_path: Path) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "server.pem").write_bytes(pem + signed.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    refused: list[ssl.SSLError] = []

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, pytest.raises(ssl.SSLError) as seen:
            context.wrap_socket(connection, server_side=True)
        refused.append(seen.value)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=[listener])
        thread.start()
        with pytest.raises(NoAnswerError) as error:
            KeptConnections(f"https://localhost:{listener.getsockname()[1]}/", connecting=PATIENCE)(CALL, PATIENCE)
        thread.join()
    assert isinstance(error.value.__cause__, ssl.SSLCertVerificationError)
    assert len(refused) == 1
