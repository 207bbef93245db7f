"""AWS accepts requests and never responds: the function returns 503 before its own time-out."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PutError

from allmytracks import wiring
from allmytracks.foundation.aws.client import SECRETS_MANAGER, AwsClient, Patience
from allmytracks.foundation.aws.environment import AwsEnvironment
from allmytracks.foundation.aws.models import SILENCE_SECONDS, repeated
from allmytracks.foundation.aws.tables import Table
from allmytracks.foundation.aws.time_left import RESERVE_SECONDS, ending_in
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.payments.secrets_manager import SecretsManagerSource
from functions.grant_download import handler as grant_download
from functions.receive_webhook import handler as receive_webhook
from tests.factories.instants import NOW
from tests.fakes.foundation import FixedClock
from tests.fakes.wiring import put
from tests.faults.site import SETTINGS

EVENTS = Path(__file__).parents[2] / "events"


@dataclass(frozen=True)
class Context:
    """Lambda's context, of an invocation with so little time left."""

    seconds: float

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


ALMOST_OVER = Context(RESERVE_SECONDS + 0.05)


@pytest.fixture
def silent() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def services(silent: str) -> Iterator[wiring.Services]:
    made = wiring.Services(Settings(SETTINGS))
    table = Table("any", silent)
    forever = AwsClient(SECRETS_MANAGER, AwsEnvironment(), silent, Patience(9, 600, 600, 600))
    put(
        made,
        {
            "foundation.accounts_table": table,
            "foundation.counters_table": table,
            "foundation.catalog_table": table,
            "payments.ledger.queue": None,
            "payments.stripe.secrets": SecretsManagerSource(forever, "payments", FixedClock(NOW)),
        },
    )
    wiring.install(made)
    yield made
    wiring.install(None)


def test_a_download_returns_503_before_the_time_out(services: wiring.Services) -> None:
    event = json.loads((EVENTS / "grant_download/post-downloads.json").read_text())
    answer = grant_download.handle(event, ALMOST_OVER)
    assert (answer["statusCode"], json.loads(str(answer["body"]))["code"]) == (503, "temporarily_unavailable")


def test_a_webhook_returns_503_before_the_time_out(services: wiring.Services) -> None:
    event = json.loads((EVENTS / "receive_webhook/post-webhooks-provider.json").read_text())
    answer = receive_webhook.handle(event, ALMOST_OVER)
    assert (answer["statusCode"], json.loads(str(answer["body"]))["code"]) == (503, "temporarily_unavailable")


@pytest.mark.parametrize(("seconds", "tries"), [(SILENCE_SECONDS - 1, 1), (600, 6)])
def test_a_write_is_not_repeated_where_its_answer_would_come_too_late(seconds: float, tries: int) -> None:
    made = 0

    def write() -> None:
        nonlocal made
        made += 1
        raise PutError("no answer", cause=ReadTimeoutError(endpoint_url="http://127.0.0.1"))

    with ending_in(seconds), pytest.raises(Unavailable):
        repeated(write)
    assert made == tries
