"""The functions that hold their clients to limits: what passes, and what a refusal says (U-II.IV.7)."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from allmytracks import wiring
from allmytracks.accounts.use_cases.record_acceptances import RecordAcceptances
from allmytracks.accounts.use_cases.sign_in import SignIn
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.settings import Settings
from allmytracks.foundation.system_time_and_ids import SystemClock
from allmytracks.foundation.throttling.rules import (
    GUARDIAN_CONSENT,
    LETTER_VERIFICATION,
    LICENSE_VERIFICATION,
    PASSWORDS,
    REFRESH,
    SEARCH,
    SIGN_IN,
    SIGN_IN_FAILURES,
    SIGN_UP,
    TICKETS,
    VERIFICATION,
    Limit,
    Window,
    client_at,
    subject_of,
    window_at,
)
from allmytracks.foundation.throttling.use_cases import Throttle
from tests.factories.risky_sign_ins import risk_check
from tests.fakes.accounts import (
    MemoryAccounts,
    MemoryAddresses,
    MemoryDeadlines,
    MemoryIdentity,
    MemorySessions,
    proved_member,
)
from tests.fakes.enforcement import MemoryStandings
from tests.fakes.foundation import MemoryClientCounters
from tests.fakes.publishing import MemoryPublications
from tests.fakes.track_search import MemoryTrackSearch
from tests.fakes.wiring import put

EVENTS = Path(__file__).parents[2] / "events"
EMAIL, PASSWORD = "ada@example.org", "Correct4horse battery"
LIMITS = {
    "consent_as_guardian/post-guardian-consents": GUARDIAN_CONSENT,
    "consent_as_guardian/post-guardian-consents-links": GUARDIAN_CONSENT,
    "list_tracks/get-tracks": SEARCH,
    "list_tracks/get-tracks-suggestions": SEARCH,
    "list_tracks/get-tracks-id-similar": SEARCH,
    "refresh_session": REFRESH,
    "sign_in": SIGN_IN,
    "sign_up": SIGN_UP,
    "verify_account/post-accounts-verification": VERIFICATION,
    "verify_account/post-accounts-verification-codes": VERIFICATION,
    "reset_password/post-password-resets": PASSWORDS,
    "sign_in_by_third_party/get-third-party-provider": SIGN_IN,
    "sign_in_by_third_party/post-third-party-visits": SIGN_IN,
    "sign_in_by_third_party/post-third-party-sessions": SIGN_IN,
    "sign_in_by_third_party/post-third-party-accounts": SIGN_UP,
    "keep_tickets/post-account-misuse-reports": TICKETS,
    "reset_password/put-password-resets": PASSWORDS,
    "verify_license/get-verifications-number": LICENSE_VERIFICATION,
    "verify_license/post-verifications": LETTER_VERIFICATION,
}
pytestmark = pytest.mark.clause("U-II.IV.7")


class Counters(MemoryClientCounters):
    """Unavailable while `down`."""

    down = False

    def take(self, window: Window, requests: int) -> int | None:
        if self.down:
            raise Unavailable
        return super().take(window, requests)


@pytest.fixture(autouse=True)
def counters() -> Iterator[Counters]:
    made, identity, accounts = Counters(), MemoryIdentity(), MemoryAccounts()
    addresses, clock = MemoryAddresses(accounts), SystemClock()
    proved_member(identity, accounts, addresses, EMAIL, PASSWORD)
    throttle, sessions = Throttle(lambda: made, clock), MemorySessions(accounts)
    services = wiring.Services(Settings({}))
    put(
        services,
        {
            "accounts.record_acceptances": RecordAcceptances(accounts, MemoryPublications(), clock),
            "accounts.sign_in": SignIn(
                identity, accounts, addresses, sessions, risk_check(sessions, throttle, clock), throttle, clock
            ),
            "accounts.repository": accounts,
            "accounts.deadlines": MemoryDeadlines(),
            "enforcement.standings": MemoryStandings(accounts),
            "foundation.clock": clock,
            "publishing.publications": MemoryPublications(),
            "catalogue.search": MemoryTrackSearch(),
            "foundation.throttle": throttle,
            "foundation.search_throttle": throttle,
        },
    )
    wiring.install(services)
    yield made
    wiring.install(None)


def call(sample_of: str, source_ip: str = "192.0.2.7", **changes: Any) -> dict[str, Any]:
    """The function's response to its sample event; where it has several, one is named after a slash."""
    function, _, name = sample_of.partition("/")
    [sample] = (EVENTS / function).glob(f"{name or '*'}.json")
    event = json.loads(sample.read_text()) | changes
    event["requestContext"]["http"]["sourceIp"] = source_ip
    answer: dict[str, Any] = importlib.import_module(f"functions.{function}.handler").handle(event, None)
    return answer


def sign_in(source_ip: str = "192.0.2.7") -> dict[str, Any]:
    return call("sign_in", source_ip, body=json.dumps({"email": EMAIL, "password": PASSWORD}))


def fill(counters: Counters, limit: Limit, subject: str) -> None:
    """Uses a limit up for now and for the window after, whichever a request made now falls into."""
    now = datetime.now(UTC)
    for at in (now, now + timedelta(seconds=limit.seconds)):
        counters.used[window_at(limit, subject, at).key] = limit.requests


@pytest.mark.parametrize(("function", "limit"), LIMITS.items(), ids=LIMITS)
def test_a_client_over_the_limit_gets_a_problem(counters: Counters, function: str, limit: Limit) -> None:
    fill(counters, limit, client_at("192.0.2.7"))
    refused = [call(function) for _ in range(limit.batch)][-1]
    body = json.loads(refused["body"])
    assert (refused["statusCode"], body["code"]) == (429, "too_many_requests")
    headers = refused["headers"]
    assert headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(headers["Retry-After"]) <= limit.seconds
    assert headers["RateLimit-Policy"] == f'"{limit.name}";q={limit.requests};w={limit.seconds}'
    assert headers["RateLimit"] == f'"{limit.name}";r=0;t={headers["Retry-After"]}'


def test_an_answer_says_what_is_left(counters: Counters) -> None:
    fill(counters, SIGN_IN, client_at("192.0.2.8"))
    passed = sign_in()
    assert passed["statusCode"] == 201
    assert passed["headers"]["RateLimit-Policy"] == '"sign-in";q=60;w=300'
    assert passed["headers"]["RateLimit"].startswith('"sign-in";r=59;t=')


def test_an_address_over_its_limit_gets_the_limits_name(counters: Counters) -> None:
    fill(counters, SIGN_IN_FAILURES, subject_of(f"{client_at('192.0.2.7')} {EMAIL}"))
    refused = sign_in()
    assert refused["statusCode"] == 429
    assert refused["headers"]["RateLimit-Policy"] == '"sign-in-failures";q=5;w=900'


def test_without_the_counters_the_functions_answer_as_their_limits_say(counters: Counters) -> None:
    counters.down = True
    refused = sign_in()
    assert (refused["statusCode"], refused["headers"]["Retry-After"]) == (503, "1")
    found = [call("list_tracks/get-tracks", queryStringParameters={}) for _ in range(2 * SEARCH.batch)]
    assert {answer["statusCode"] for answer in found} == {200}
