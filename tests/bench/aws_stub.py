"""Stub of the AWS services that a webhook and a licence call beside DynamoDB; connections stay open, as with AWS.

moto would work too, but it closes every connection and gets slower with each message: both sides of a ratio would
spend more on connecting than on what is measured.

    python -m tests.bench.aws_stub PORT SECRET_STRING
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Parameters = Mapping[str, Any]


def answers(secret: str) -> dict[str, Callable[[Parameters], Parameters]]:
    """The response to each action, in the services' JSON protocols."""
    key = generate_private_key(SECP256R1())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        "TrentService.GetPublicKey": lambda _: {"PublicKey": base64.b64encode(public).decode()},
        "TrentService.Sign": lambda asked: {
            "Signature": base64.b64encode(key.sign(base64.b64decode(asked["Message"]), ECDSA(SHA256()))).decode()
        },
        "AWSEvents.PutEvents": lambda asked: {
            "FailedEntryCount": 0,
            "Entries": [{"EventId": "0"} for _ in asked["Entries"]],
        },
        "AmazonSQS.SendMessage": lambda asked: {
            "MD5OfMessageBody": hashlib.md5(asked["MessageBody"].encode(), usedforsecurity=False).hexdigest(),
            "MessageId": "00000000-0000-0000-0000-000000000000",
            "SequenceNumber": "18849496460467696128",
        },
        "secretsmanager.GetSecretValue": lambda asked: {"Name": asked["SecretId"], "SecretString": secret},
    }


def handler(secret: str) -> type[BaseHTTPRequestHandler]:
    """Responds to POSTs and accepts every PUT (S3); an unknown action is refused by name."""
    known = answers(secret)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            action = self.headers["X-Amz-Target"]
            if action in known:
                self._send(200, known[action](asked))
            else:
                self._send(400, {"__type": "UnknownOperationException", "message": f"{action} is not answered here"})

        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._send(200, None)

        def _send(self, status: int, answer: Parameters | None) -> None:
            body = json.dumps(answer).encode() if answer is not None else b""
            lines = (f"HTTP/1.1 {status} -", "Content-Type: application/x-amz-json-1.0", f"Content-Length: {len(body)}")
            self.wfile.write("\r\n".join((*lines, "", "")).encode() + body)  # in one packet

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), handler(sys.argv[2])).serve_forever()
