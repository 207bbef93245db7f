"""The status list: signed, dated, complete, and silent about the licences that hold."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from allmytracks.foundation.settings import Settings
from allmytracks.licenses.rules_numbers import license_number
from allmytracks.licenses.states.rules import (
    LicenseState,
    LicenseStatus,
    Revocation,
    RevocationReason,
    StateChange,
    Supersession,
    SupersessionReason,
)
from allmytracks.licenses.states.rules_status_lists import (
    FORM,
    BrokenStatusList,
    Listed,
    StatusList,
    digest_of,
    read_status_list,
    status_list,
)
from allmytracks.licenses.states.use_cases.publish_status_list import PublishStatusList
from allmytracks.signing.jws import STATUS_LIST_TYPE, check, keys_by_id
from allmytracks.signing.rules import LETTER_TYPE, SignatureState
from allmytracks.wiring import Services, install
from functions.every_hour_publish_status_list.handler import handle as publish
from functions.get_status_list.handler import handle as get
from tests.factories.instants import NOW
from tests.factories.letters import NUMBER, Desk
from tests.factories.licenses import PUBLIC_URL
from tests.fakes.status_lists import MemoryStatusLists

SUPERSEDED, BOTH, VALID = (license_number(character * 23) for character in "345")
INSTANTS = st.integers(0, 2**32 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
SECOND = timedelta(seconds=1)
REVOCATION = Revocation(NOW, RevocationReason.IMPERSONATION)


def changes() -> list[StateChange]:
    superseding = Supersession(NOW, license_number("9" * 23), SupersessionReason.MISSPELT_NAME)
    return [
        StateChange(NUMBER, REVOCATION),
        StateChange(SUPERSEDED, superseding),
        StateChange(BOTH, superseding),
        StateChange(BOTH, REVOCATION),
    ]


@pytest.mark.clause("M-III.5.revoke")
def test_a_list_shows_the_status_of_a_known_number() -> None:
    made = status_list(NOW, changes())
    for found in (made, read_status_list(json.loads(json.dumps(made.claims(PUBLIC_URL))))):
        assert found.of(NUMBER) == Listed(LicenseStatus.REVOKED, NOW)
        assert found.of(SUPERSEDED) == Listed(LicenseStatus.SUPERSEDED, NOW)
        assert found.of(BOTH) == Listed(LicenseStatus.REVOKED, NOW)
        assert found.of(VALID) == Listed(LicenseStatus.VALID)


def test_a_list_names_no_number_and_is_compact() -> None:
    claims = status_list(NOW, changes()).claims(PUBLIC_URL)
    text = json.dumps(claims)
    assert not any(number in text for number in (NUMBER, SUPERSEDED, BOTH))
    assert len(base64.urlsafe_b64decode(str(claims["revoked"]))) == 2 * 16
    many = [StateChange(license_number(f"{number:023d}"), REVOCATION) for number in range(300)]
    assert status_list(NOW, many).claims(PUBLIC_URL) == status_list(NOW, reversed(many)).claims(PUBLIC_URL)


@settings(max_examples=30)
@given(st.dictionaries(st.binary(min_size=12, max_size=12), INSTANTS, max_size=5))
def test_what_is_listed_is_read_again(entries: dict[bytes, datetime]) -> None:
    made = StatusList(NOW, entries, {})
    assert read_status_list(made.claims(PUBLIC_URL)) == made


@pytest.mark.parametrize(
    "broken",
    [
        {"form": "bits"},
        {"iat": None},
        {"revoked": "A"},
        {"revoked": "AAAA"},
        {"revoked": None},
        {"superseded": "not base64!"},
    ],
)
def test_what_cannot_be_read_is_no_list(broken: dict[str, object]) -> None:
    with pytest.raises(BrokenStatusList):
        read_status_list({**status_list(NOW, changes()).claims(PUBLIC_URL), **broken})


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.world.clock.at = NOW + SECOND
    return made


def served(desk: Desk, lists: MemoryStatusLists) -> None:
    services = Services(Settings({}))
    services.licenses.states.publish_status_list = PublishStatusList(
        desk.world.licenses, desk.keys, lists, desk.world.clock, PUBLIC_URL
    )
    services.licenses.states.status_lists = lists
    install(services)


def ask(etag: str | None = None) -> dict[str, Any]:
    headers = {"if-none-match": etag} if etag else {}
    route = "GET /v1/status-list"
    event = {"routeKey": route, "rawPath": route.split()[1], "headers": headers, "requestContext": {}}
    answer: dict[str, Any] = get(event, None)
    return answer


@pytest.mark.clause("M-III.5.revoke")
def test_the_list_is_published_and_served(desk: Desk, request: pytest.FixtureRequest) -> None:
    lists = MemoryStatusLists()
    served(desk, lists)
    request.addfinalizer(lambda: install(None))
    assert ask()["statusCode"] == 404
    publish({}, None)
    empty = ask()
    assert empty["headers"]["Content-Type"] == "application/jose"
    assert ask(empty["headers"]["ETag"])["statusCode"] == 304
    desk.world.licenses.revoke(NUMBER, REVOCATION)
    desk.world.clock.at += timedelta(hours=1)
    publish({}, None)
    answer = ask(empty["headers"]["ETag"])
    assert answer["statusCode"] == 200

    text = check(answer["body"], keys_by_id(desk.keys.all()), STATUS_LIST_TYPE)
    assert text.signature is SignatureState.VALID
    read = read_status_list(text.claims)
    assert read.of(NUMBER) == Listed(LicenseStatus.REVOKED, NOW)
    assert read.issued_at == NOW + SECOND + timedelta(hours=1)
    assert (text.claims["exp"], text.claims["ttl"]) == (int(read.issued_at.timestamp()) + 86_400, 3600)
    assert read_status_list(json.loads(jws.extract_compact(empty["body"].encode()).payload)).revoked == {}


def test_another_library_accepts_the_list(desk: Desk) -> None:
    lists = MemoryStatusLists()
    PublishStatusList(desk.world.licenses, desk.keys, lists, desk.world.clock, PUBLIC_URL)()
    token = JWS()
    token.deserialize(lists.get(), JWK(**desk.keys.all()[0]))
    assert json.loads(token.payload)["form"] == FORM


def test_a_list_is_no_letter_and_a_letter_no_list(desk: Desk) -> None:
    lists = MemoryStatusLists()
    PublishStatusList(desk.world.licenses, desk.keys, lists, desk.world.clock, PUBLIC_URL)()
    keys = keys_by_id(desk.keys.all())
    assert check(lists.get(), keys, LETTER_TYPE).signature is SignatureState.INVALID
    assert check(desk.jws, keys, STATUS_LIST_TYPE).signature is SignatureState.INVALID


def test_the_list_grows_far_beyond_what_a_letter_may_have(desk: Desk) -> None:
    """Ten thousand revocations at once."""
    numbers = [license_number(f"{number:023d}") for number in range(10_000)]
    desk.world.licenses.states |= {number: LicenseState(REVOCATION) for number in numbers}
    lists = MemoryStatusLists()
    PublishStatusList(desk.world.licenses, desk.keys, lists, desk.world.clock, PUBLIC_URL)()
    text = check(lists.get(), keys_by_id(desk.keys.all()), STATUS_LIST_TYPE, 64_000_000)
    assert text.signature is SignatureState.VALID
    assert digest_of(numbers[-1]) in read_status_list(text.claims).revoked
