"""Log subscriptions of the local cloud: selected lines, delivered again after a failure, whole lines only."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

from infra.localcloud.deployment import LogSubscription
from infra.localcloud.invocations import Outcome, failure
from infra.localcloud.log_source import LogSource

SUBSCRIPTION = LogSubscription("Reader", "/aws/lambda/x", "Writer", "message", "chosen")
CHOSEN, OTHER = b'{"message": "chosen", "n": 1}\n', b'{"message": "other"}\nplain text\n'


class Reader:
    """The function that lines go to; it fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.got = failures, list[str]()

    def __call__(self, function: str, payload: bytes) -> Outcome:
        assert function == "Reader"
        if self.failures:
            self.failures -= 1
            return failure("Error", "as told")
        message = json.loads(gzip.decompress(base64.b64decode(json.loads(payload)["awslogs"]["data"])))
        self.got += [each["message"] for each in message["logEvents"]]
        return Outcome(b"null")


def test_selected_lines_are_delivered_once_they_are_whole(tmp_path: Path) -> None:
    reader, log = Reader(), tmp_path / "Writer.log"
    source = LogSource(SUBSCRIPTION, tmp_path, reader, "123456789012")
    assert source.poll() is False
    log.write_bytes(OTHER + CHOSEN + CHOSEN[:9])
    assert source.poll() is True
    assert reader.got == [CHOSEN.decode().strip()]
    with log.open("ab") as more:
        more.write(CHOSEN[9:])
    assert source.poll() is True
    assert len(reader.got) == 2
    assert source.poll() is False


def test_lines_are_delivered_again_after_a_failure(tmp_path: Path) -> None:
    reader = Reader(failures=1)
    (tmp_path / "Writer.log").write_bytes(CHOSEN)
    source = LogSource(SUBSCRIPTION, tmp_path, reader, "123456789012")
    assert source.poll() is False
    assert source.poll() is True
    assert len(reader.got) == 1
