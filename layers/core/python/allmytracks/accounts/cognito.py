"""The identity provider: Cognito."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from allmytracks.accounts.ports import Tokens
from allmytracks.accounts.rules import WrongCredentials
from allmytracks.accounts.rules_passwords import weak_password
from allmytracks.accounts.rules_sign_ups import wrong_code
from allmytracks.foundation.aws.errors import TRANSIENT
from allmytracks.foundation.aws.sdk import sdk_client
from allmytracks.foundation.aws.secrets import FRESH_FOR
from allmytracks.foundation.errors import DomainError, InvalidFields, LimitReached, Unavailable
from allmytracks.foundation.time_and_ids import Clock

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import (
        GetTokensFromRefreshTokenResponseTypeDef,
        InitiateAuthResponseTypeDef,
        RespondToAuthChallengeResponseTypeDef,
    )

PAUSE = timedelta(minutes=5)
TOO_MANY = frozenset({"LimitExceededException", "TooManyFailedAttemptsException", "TooManyRequestsException"})
# Codes for a wrong user name, password or token; the caller does not learn which.
NOT_LET_IN = frozenset(
    {
        "InvalidParameterException",
        "NotAuthorizedException",
        "PasswordResetRequiredException",
        "RefreshTokenReuseException",
        "UserNotConfirmedException",
        "UserNotFoundException",
    }
)
# The next try may not meet it: Cognito's own trouble, a concurrent change, a sign-up repeated after a lost response.
PASSING = frozenset({"ConcurrentModificationException", "InternalErrorException", "UsernameExistsException"})
REFUSED_PASSWORD = frozenset({"InvalidParameterException", "InvalidPasswordException"})
Refusal = Callable[[], DomainError]
Refusals = Mapping[str, Refusal]


# Some calls wait for a trigger of ours, which may start cold; both tries end before a function's time-out.
PATIENCE = Config(read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2})


class CognitoIdentity:
    """Users of one Cognito user pool under generated names; the account id is the `sub`. Cognito holds no address.

    The client's secret and Cognito's access tokens never leave this class: members get the id token, which Cognito's
    API does not accept (docs/decisions/2026-11-27-no-way-around-us.md). `unknown` gets the code of a refusal that is
    not foreseen here.
    """

    def __init__(self, user_pool_id: str, client_id: str, clock: Clock, unknown: Callable[[str], None]) -> None:
        self._pool = user_pool_id
        self._client_id = client_id
        self._clock = clock
        self._unknown = unknown
        self._cognito: CognitoIdentityProviderClient = sdk_client("cognito-idp", config=PATIENCE)
        self._kept_secret: tuple[datetime, str] | None = None

    def sign_up(self, user_name: str, password: str) -> str:
        # An existing name is this sign-up itself, retried after a lost response: 503; the next try has a new name.
        with self._translated(dict.fromkeys(REFUSED_PASSWORD, lambda: InvalidFields([weak_password()]))):
            answer = self._cognito.sign_up(
                ClientId=self._client_id, SecretHash=self._hash(user_name), Username=user_name, Password=password
            )
        return answer["UserSub"]

    def confirm(self, user_name: str) -> None:
        with self._translated({"UserNotFoundException": wrong_code}):
            try:
                self._cognito.admin_confirm_sign_up(UserPoolId=self._pool, Username=user_name)
            except self._cognito.exceptions.NotAuthorizedException:
                return  # confirmed before

    def discard(self, user_name: str) -> None:
        with self._translated({}):
            try:
                self._cognito.admin_delete_user(UserPoolId=self._pool, Username=user_name)
            except self._cognito.exceptions.UserNotFoundException:
                return

    def sign_in(self, user_name: str, password: str) -> Tokens:
        wrong = "Address or password is wrong, or the address was not proved yet by the code that was sent to it."
        with self._translated(dict.fromkeys(NOT_LET_IN, lambda: WrongCredentials(wrong))):
            answer = self._cognito.initiate_auth(
                ClientId=self._client_id,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={
                    "USERNAME": user_name,
                    "PASSWORD": password,
                    "SECRET_HASH": self._hash(user_name),
                },
            )
        return _tokens(answer)

    def sign_in_by_proof(self, user_name: str, proof: str) -> Tokens:
        wrong = "This sign-in could not be completed; begin again."
        with self._translated(dict.fromkeys(NOT_LET_IN, lambda: WrongCredentials(wrong))):
            asked = self._cognito.initiate_auth(
                ClientId=self._client_id,
                AuthFlow="CUSTOM_AUTH",
                AuthParameters={"USERNAME": user_name, "SECRET_HASH": self._hash(user_name)},
            )
            answer = self._cognito.respond_to_auth_challenge(
                ClientId=self._client_id,
                ChallengeName="CUSTOM_CHALLENGE",
                Session=asked.get("Session", ""),
                ChallengeResponses={
                    "USERNAME": user_name,
                    "ANSWER": proof,
                    "SECRET_HASH": self._hash(user_name),
                },
            )
        return _tokens(answer)

    def refresh(self, refresh_token: str) -> Tokens:
        ended = "This session has ended; sign in again."
        with self._translated(dict.fromkeys(NOT_LET_IN, lambda: WrongCredentials(ended))):
            answer = self._cognito.get_tokens_from_refresh_token(
                RefreshToken=refresh_token, ClientId=self._client_id, ClientSecret=self._secret()
            )
        return _tokens(answer)

    def set_password(self, user_name: str, password: str) -> None:
        with self._translated(dict.fromkeys(REFUSED_PASSWORD, lambda: InvalidFields([weak_password("new_password")]))):
            self._cognito.admin_set_user_password(
                UserPoolId=self._pool, Username=user_name, Password=password, Permanent=True
            )

    def sign_out(self, user_name: str) -> None:
        with self._translated({}):
            try:
                self._cognito.admin_user_global_sign_out(UserPoolId=self._pool, Username=user_name)
            except self._cognito.exceptions.UserNotFoundException:
                return

    def _hash(self, user_name: str) -> str:
        text = f"{user_name}{self._client_id}".encode()
        return base64.b64encode(hmac.digest(self._secret().encode(), text, "sha256")).decode()

    def _secret(self) -> str:
        """The client's secret, kept for as long as one of Secrets Manager, so that it can be rotated."""
        now = self._clock.now()
        if self._kept_secret is None or not timedelta(0) <= now - self._kept_secret[0] < FRESH_FOR:
            with self._translated({}):
                answer = self._cognito.describe_user_pool_client(UserPoolId=self._pool, ClientId=self._client_id)
            self._kept_secret = now, answer["UserPoolClient"]["ClientSecret"]
        return self._kept_secret[1]

    @contextmanager
    def _translated(self, refusals: Refusals) -> Iterator[None]:
        """Raises what `refusals` maps an error code to; LimitReached for throttling; else Unavailable."""
        try:
            yield
        except ParamValidationError as error:  # botocore's own validation of what Cognito would refuse
            refusal: Refusal = refusals.get("InvalidParameterException", Unavailable)
            raise refusal() from error
        except BotoCoreError as error:
            raise Unavailable from error
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in refusals:
                refusal = refusals[code]
                raise refusal() from None
            if code in TOO_MANY:
                until = self._clock.now() + PAUSE
                raise LimitReached("Too many tries; wait a little.", until=until) from None
            if code not in TRANSIENT | PASSING:
                self._unknown(code)
            raise Unavailable from error


def _tokens(
    answer: InitiateAuthResponseTypeDef
    | RespondToAuthChallengeResponseTypeDef
    | GetTokensFromRefreshTokenResponseTypeDef,
) -> Tokens:
    result = answer.get("AuthenticationResult")
    if result is None:  # a challenge, for which no user is set up
        raise Unavailable
    token = result["IdToken"]
    # Straight from Cognito over TLS: nothing to verify here, only claims to read.
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return Tokens(token, result.get("RefreshToken"), result["ExpiresIn"], claims["sub"], claims["origin_jti"])
