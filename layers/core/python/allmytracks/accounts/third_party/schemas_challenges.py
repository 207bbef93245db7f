"""Cognito's questions about a custom sign-in: the user pool invokes a function of ours, which this answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from allmytracks.foundation.aws.time_left import LambdaContext, before_the_time_out

CHALLENGE = "CUSTOM_CHALLENGE"


def answered(
    event: Mapping[str, Any], redeem: Callable[[str, str], bool], context: LambdaContext | None
) -> dict[str, Any]:
    """The event with Cognito's `response` filled in; `redeem` says whether a proof is the user's, once.

    Cognito waits five seconds, half as long as any other caller. A wrong proof ends the sign-in. Raises ValueError for
    a trigger that is not set up.
    """
    asked = event["request"]
    match event["triggerSource"]:
        case "DefineAuthChallenge_Authentication":
            response = _next_step(asked.get("session") or [], known=not asked.get("userNotFound"))
        case "CreateAuthChallenge_Authentication":
            response = {"publicChallengeParameters": {}, "privateChallengeParameters": {}}
        case "VerifyAuthChallengeResponse_Authentication":
            with before_the_time_out(context):
                right = redeem(str(event["userName"]), str(asked.get("challengeAnswer") or ""))
            response = {"answerCorrect": right}
        case other:
            raise ValueError(f"no answer to the trigger {other}")
    return {**event, "response": response}


def _next_step(session: Sequence[Mapping[str, Any]], *, known: bool) -> dict[str, Any]:
    if not session:
        return {"challengeName": CHALLENGE, "issueTokens": False, "failAuthentication": False}
    [*earlier, last] = session
    proved = not earlier and last.get("challengeName") == CHALLENGE and last.get("challengeResult") is True
    return {"issueTokens": proved and known, "failAuthentication": not (proved and known)}
