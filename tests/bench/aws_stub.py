"""What a webhook asks of AWS beside DynamoDB, answered at once on kept connections, as AWS keeps them.

moto would answer too, but it closes every connection and gets slower with each message: both sides of a ratio would
spend more on connecting than on what is measured.

    python -m tests.bench.aws_stub PORT SECRET_STRING
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Parameters = Mapping[str, Any]


def answers(secret: str) -> dict[str, Callable[[Parameters], Parameters]]:
    """The answer to each action, as the services' JSON protocols have it."""
    return {
        "AmazonSQS.SendMessage": lambda asked: {
            "MD5OfMessageBody": hashlib.md5(asked["MessageBody"].encode(), usedforsecurity=False).hexdigest(),
            "MessageId": "00000000-0000-0000-0000-000000000000",
            "SequenceNumber": "18849496460467696128",
        },
        "secretsmanager.GetSecretValue": lambda asked: {"Name": asked["SecretId"], "SecretString": secret},
    }


def handler(secret: str) -> type[BaseHTTPRequestHandler]:
    """Answers POSTs; an action that it does not know is refused by name."""
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

        def _send(self, status: int, answer: Parameters) -> None:
            body = json.dumps(answer).encode()
            lines = (f"HTTP/1.1 {status} -", "Content-Type: application/x-amz-json-1.0", f"Content-Length: {len(body)}")
            self.wfile.write("\r\n".join((*lines, "", "")).encode() + body)  # in one packet

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), handler(sys.argv[2])).serve_forever()
