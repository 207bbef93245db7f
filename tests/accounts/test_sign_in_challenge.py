"""What the user pool's trigger answers: one proof, asked for once (U-II.II.2.third)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from allmytracks.accounts.third_party.schemas_challenges import CHALLENGE, answered
from allmytracks.foundation.aws.time_left import RESERVE_SECONDS, seconds_left
from allmytracks.foundation.settings import Settings
from allmytracks.wiring import Services, install
from functions.on_sign_in_challenge.handler import handle
from tests.factories.instants import NOW
from tests.fakes.foundation import FixedClock
from tests.fakes.third_party import MemorySignInProofs
from tests.fakes.wiring import put

SAMPLE = Path(__file__).parents[2] / "events" / "on_sign_in_challenge" / "verify.json"
pytestmark = pytest.mark.clause("U-II.II.2.third")


def define(session: list[dict[str, Any]], **asked: object) -> dict[str, Any]:
    event = {"triggerSource": "DefineAuthChallenge_Authentication", "request": {"session": session, **asked}}
    response: dict[str, Any] = answered(event, lambda _name, _proof: True, None)["response"]
    return response


def step(name: str = CHALLENGE, *, right: bool = True) -> dict[str, Any]:
    return {"challengeName": name, "challengeResult": right}


def test_a_sign_in_is_one_challenge() -> None:
    asked = define([])
    assert (asked["challengeName"], asked["issueTokens"], asked["failAuthentication"]) == (CHALLENGE, False, False)
    assert define([step()]) == {"issueTokens": True, "failAuthentication": False}


@pytest.mark.parametrize(
    ("session", "unknown"),
    [
        ([step(right=False)], False),
        ([step("SRP_A")], False),
        ([step(right=False), step()], False),
        ([step(), step()], False),
        ([step()], True),
    ],
)
def test_everything_else_ends_it(session: list[dict[str, Any]], unknown: bool) -> None:  # noqa: FBT001 - a parameter
    assert define(session, userNotFound=unknown) == {"issueTokens": False, "failAuthentication": True}


class FiveSeconds:
    """Lambda's context of an invocation that has all of its time left."""

    def get_remaining_time_in_millis(self) -> int:
        return 5000


def test_a_proof_is_redeemed_within_the_time_that_cognito_waits() -> None:
    left = []

    def redeem(_name: str, _proof: str) -> bool:
        left.append(seconds_left())
        return True

    event = {"triggerSource": "VerifyAuthChallengeResponse_Authentication", "userName": "login_1", "request": {}}
    answered(event, redeem, FiveSeconds())
    assert left[0] <= 5 - RESERVE_SECONDS


def test_a_challenge_discloses_nothing() -> None:
    event = {"triggerSource": "CreateAuthChallenge_Authentication", "request": {"session": []}}
    response = answered(event, lambda _name, _proof: True, None)["response"]
    assert response == {"publicChallengeParameters": {}, "privateChallengeParameters": {}}


def test_another_trigger_is_not_ours() -> None:
    with pytest.raises(ValueError, match="PostConfirmation"):
        answered({"triggerSource": "PostConfirmation_ConfirmSignUp", "request": {}}, lambda _name, _proof: True, None)


def test_the_function_redeems_a_proof_of_its_user_once() -> None:
    event, proofs = json.loads(SAMPLE.read_text()), MemorySignInProofs()
    services = Services(Settings({}))
    put(services, {"accounts.third_party.sign_in_proofs": proofs, "foundation.clock": FixedClock(NOW)})
    install(services)
    try:
        assert handle(event, None)["response"] == {"answerCorrect": False}
        proofs.put(event["userName"], event["request"]["challengeAnswer"], NOW + timedelta(minutes=2))
        assert handle(event, None)["response"] == {"answerCorrect": True}
        assert handle(event, None)["response"] == {"answerCorrect": False}
        assert handle({**event, "request": {}}, None)["response"] == {"answerCorrect": False}
    finally:
        install(None)
