"""Cognito's custom authentication (CUSTOM_AUTH): a pool's functions say who is signed in."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3
from moto.cognitoidp.models import UserStatus

from infra.localcloud.front.codes import CognitoError

# The ARN of a function, and its event; returns what the function returned, or None where it failed.
Invoke = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
CHALLENGE = "CUSTOM_CHALLENGE"
_DEFAULT_SESSION_MINUTES = 3
_REFUSED = CognitoError("NotAuthorizedException", "Incorrect username or password.")


@dataclass(slots=True)
class Visit:
    """A sign-in that is under way; `user` is None for a name that is unknown, which is not disclosed."""

    pool: Any
    client: Any
    name: str
    user: Any
    ends_at: float
    private: Mapping[str, str] = field(default_factory=dict)
    answered: list[dict[str, Any]] = field(default_factory=list)


class Challenges:
    """Asks a pool's three functions, as Cognito does; call it without moto's lock, which functions may need."""

    def __init__(self, region: str, invoke: Invoke) -> None:
        self._region, self._invoke = region, invoke
        self._visits: dict[str, Visit] = {}

    def begin(self, pool: Any, client: Any, name: str, user: Any) -> dict[str, Any]:
        """InitiateAuth with the flow CUSTOM_AUTH. Raises CognitoError."""
        if "ALLOW_CUSTOM_AUTH" not in client.extended_config.get("ExplicitAuthFlows", []):
            raise CognitoError("InvalidParameterException", "CUSTOM_AUTH flow not enabled for this client")
        minutes = int(client.extended_config.get("AuthSessionValidity", _DEFAULT_SESSION_MINUTES))
        visit = Visit(pool, client, name, user, time.time() + 60 * minutes)
        decided = self._ask(visit, "DefineAuthChallenge", {"session": []})
        if decided.get("failAuthentication") or decided.get("challengeName") != CHALLENGE:
            raise _REFUSED
        made = self._ask(visit, "CreateAuthChallenge", {"session": [], "challengeName": CHALLENGE})
        visit.private = made.get("privateChallengeParameters") or {}
        return self._challenged(visit, made.get("publicChallengeParameters") or {})

    def answer(
        self, client: Any, request: Mapping[str, Any], sign_in: Callable[[Visit], dict[str, Any]]
    ) -> dict[str, Any]:
        """RespondToAuthChallenge: `sign_in` makes the tokens. Each Session serves once. Raises CognitoError."""
        visit = self._visits.pop(str(request.get("Session")), None)
        responses = request.get("ChallengeResponses", {})
        if visit is None or visit.client.id != client.id or visit.name != str(responses.get("USERNAME")).lower():
            raise CognitoError("NotAuthorizedException", "Invalid session for the user.")
        if time.time() >= visit.ends_at:
            raise CognitoError("NotAuthorizedException", "Invalid session for the user, session is expired.")
        given = {"privateChallengeParameters": visit.private, "challengeAnswer": str(responses.get("ANSWER"))}
        correct = self._ask(visit, "VerifyAuthChallengeResponse", given).get("answerCorrect") is True
        visit.answered.append({"challengeName": CHALLENGE, "challengeResult": correct})
        decided = self._ask(visit, "DefineAuthChallenge", {"session": visit.answered})
        if decided.get("failAuthentication") or not decided.get("issueTokens") or visit.user is None:
            raise _REFUSED
        return sign_in(visit)

    def _challenged(self, visit: Visit, shown: Mapping[str, str]) -> dict[str, Any]:
        session = secrets.token_urlsafe(48)
        self._visits[session] = visit
        return {
            "ChallengeName": CHALLENGE,
            "Session": session,
            "ChallengeParameters": {"USERNAME": visit.name, **shown},
        }

    def _ask(self, visit: Visit, trigger: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        arn = visit.pool.extended_config.get("LambdaConfig", {}).get(trigger)
        if arn is None:
            raise CognitoError("InvalidLambdaResponseException", f"{trigger} is not configured for the user pool")
        attributes = {} if visit.user is None else {"sub": visit.user.id}
        event = {
            "version": "1",
            "region": self._region,
            "userPoolId": visit.pool.id,
            "userName": visit.name,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": visit.client.id},
            "triggerSource": f"{trigger}_Authentication",
            "request": {"userAttributes": attributes, "userNotFound": visit.user is None, **asked},
            "response": {},
        }
        answer = self._invoke(str(arn), event)
        if answer is None:
            raise CognitoError("UnexpectedLambdaException", f"{trigger} failed")
        return answer.get("response") or {}


def require_confirmed(user: Any) -> None:
    """Cognito's refusals of a user that cannot sign in. Raises CognitoError."""
    if user is not None and not user.enabled:
        raise CognitoError("NotAuthorizedException", "User is disabled.")
    if user is not None and user.status == UserStatus.UNCONFIRMED:
        raise CognitoError("UserNotConfirmedException", "User is not confirmed.")


def over_http(lambda_url: str | None) -> Invoke:
    """Invokes functions at Lambda's own API, which the local runtime serves at `lambda_url`."""

    def invoke(arn: str, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if lambda_url is None:
            return None
        name = arn.split(":")[6]
        url = f"{lambda_url}/2015-03-31/functions/{name}/invocations"
        answer = urllib3.request("POST", url, body=json.dumps(event), retries=False, timeout=60)
        if answer.status != 200 or "x-amz-function-error" in answer.headers:
            return None
        read: Mapping[str, Any] = answer.json()
        return read

    return invoke
