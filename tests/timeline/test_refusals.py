"""Refused requests: logged without a call on the request's path, delivered at least once, one entry each minute."""

from __future__ import annotations

import base64
import gzip
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks import wiring
from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.observability import logger
from allmytracks.foundation.settings import Settings
from allmytracks.timeline.dynamodb import DynamoHistories
from allmytracks.timeline.dynamodb_refusals import DynamoRefusals
from allmytracks.timeline.logs import refusals_of
from allmytracks.timeline.rules import Refusal
from functions.grant_download.handler import handle as grant_download
from functions.on_request_refused.handler import handle
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.fakes.publishing import MemoryPublications
from tests.fakes.wiring import put

DELIVERY = json.loads(Path("events/on_request_refused/refused.json").read_text())
REFUSAL = Refusal("acc-1", NOW.replace(second=10), "POST /v1/downloads", "allowance_exhausted")


class MemoryRefusals:
    """What was stored, in order."""

    def __init__(self) -> None:
        self.stored: list[Refusal] = []

    def add(self, refusal: Refusal) -> None:
        self.stored.append(refusal)


@pytest.fixture
def refusals() -> Iterator[MemoryRefusals]:
    made, services = MemoryRefusals(), wiring.Services(Settings({}))
    put(services, {"timeline.refusals": made, "publishing.publications": MemoryPublications([])})
    wiring.install(services)
    yield made
    wiring.install(None)


def delivery(*lines: str, kind: str = "DATA_MESSAGE") -> dict[str, Any]:
    events = [{"id": str(n), "timestamp": 1795327200000, "message": line} for n, line in enumerate(lines)]
    message = gzip.compress(json.dumps({"messageType": kind, "logEvents": events}).encode())
    return {"awslogs": {"data": base64.b64encode(message).decode()}}


def test_a_delivery_is_stored(refusals: MemoryRefusals) -> None:
    handle(DELIVERY, None)
    assert [(each.route, each.code) for each in refusals.stored] == [("POST /v1/downloads", "allowance_exhausted")]


def test_lines_that_are_no_refusals_are_left_out() -> None:
    assert refusals_of(delivery("START RequestId: 1", '{"message": "request answered"}', "{}")) == []
    assert refusals_of(delivery("CWL CONTROL MESSAGE: Checking health", kind="CONTROL_MESSAGE")) == []


@pytest.mark.usefixtures("refusals")
def test_what_a_refused_request_logs_is_what_a_delivery_is_read_from() -> None:
    event = json.loads(Path("events/grant_download/post-downloads.json").read_text())
    event["body"] = "{"
    lines: list[str] = []

    class Lines(logging.Handler):
        """The function's own lines: the message and the fields beside it."""

        def emit(self, record: logging.LogRecord) -> None:
            extras = {name: vars(record).get(name) for name in ("account_id", "route", "code")}
            lines.append(json.dumps({"message": record.getMessage(), **extras}))

    kept = Lines()
    powertools = logging.getLogger(logger().name)
    powertools.addHandler(kept)
    try:
        assert grant_download(event, None)["statusCode"] == 400
    finally:
        powertools.removeHandler(kept)
    (found,) = refusals_of(delivery(*lines))
    member = event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    assert (found.account_id, found.route, found.code) == (member, "POST /v1/downloads", "malformed_request")


@pytest.mark.dynamodb
@pytest.mark.clause("S-6.5")
def test_a_refusal_in_flight_stores_nothing_of_a_closed_account(accounts_table: Table) -> None:
    DynamoAccounts(accounts_table).add(account(REFUSAL.account_id, AccountStatus.CLOSED), [])
    DynamoRefusals(accounts_table).add(REFUSAL)
    assert not DynamoHistories(accounts_table).page(REFUSAL.account_id, limit=50, cursor=None).items


@pytest.mark.dynamodb
def test_refusals_alike_in_a_minute_are_one_entry(accounts_table: Table) -> None:
    stored = DynamoRefusals(accounts_table)
    for each in (
        REFUSAL,
        REFUSAL,  # delivered twice
        replace(REFUSAL, at=REFUSAL.at + timedelta(seconds=20)),
        replace(REFUSAL, code="account_restricted"),
        replace(REFUSAL, at=REFUSAL.at + timedelta(minutes=1)),
    ):
        stored.add(each)
    page = DynamoHistories(accounts_table).page("acc-1", limit=50, cursor=None)
    assert [each.code for each in page.items].count("allowance_exhausted") == 2
    assert len(page.items) == 3
    assert page.items[0].text_in("en") == "A request was refused: the day's downloads were used up."
