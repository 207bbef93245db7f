"""AWS accepts requests and never responds: the function returns 503 before its own time-out."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from allmytracks import wiring
from allmytracks.accounts.dynamodb_addresses import DynamoAddresses
from allmytracks.foundation.aws.client import SECRETS_MANAGER, AwsClient, Patience
from allmytracks.foundation.aws.environment import AwsEnvironment
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


def test_a_model_s_write_ends_with_the_invocation(silent: str) -> None:
    addresses = DynamoAddresses(Table("any", silent))
    with ending_in(0.05), pytest.raises(Unavailable):
        addresses.claim_first("a@example.com", "acc-1", NOW, NOW)
