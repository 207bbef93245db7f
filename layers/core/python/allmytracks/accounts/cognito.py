"""The identity provider: Cognito."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from allmytracks.accounts.ports import Identity, Tokens
from allmytracks.accounts.rules import AccountNotVerified, EmailTaken, WrongCode, WrongCredentials
from allmytracks.foundation.errors import (
    FieldProblem,
    InvalidFields,
    LimitReached,
    Unauthenticated,
    Unavailable,
)
from allmytracks.foundation.time_and_ids import Clock

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AuthenticationResultTypeTypeDef

PAUSE = timedelta(minutes=5)
TOO_MANY = frozenset({"LimitExceededException", "TooManyFailedAttemptsException", "TooManyRequestsException"})
WRONG_CODES = frozenset({"CodeMismatchException", "ExpiredCodeException", "UserNotFoundException"})


class CognitoIdentity:
    """Users of one Cognito user pool whose user name is the e-mail address; the account id is its `sub`."""

    def __init__(self, user_pool_id: str, client_id: str, clock: Clock) -> None:
        self._pool = user_pool_id
        self._client_id = client_id
        self._clock = clock
        self._cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp")

    def sign_up(self, email: str, password: str) -> str:
        with self._translated():
            try:
                answer = self._cognito.sign_up(
                    ClientId=self._client_id,
                    Username=email,
                    Password=password,
                    UserAttributes=[{"Name": "email", "Value": email}],
                )
            except self._cognito.exceptions.UsernameExistsException:
                raise EmailTaken from None
            except self._cognito.exceptions.InvalidPasswordException:
                raise InvalidFields([weak_password()]) from None
        return answer["UserSub"]

    def discard_unconfirmed(self, email: str) -> None:
        with self._translated():
            try:
                self._cognito.admin_delete_user(UserPoolId=self._pool, Username=email)
            except self._cognito.exceptions.UserNotFoundException:
                return

    def find(self, email: str) -> Identity | None:
        with self._translated():
            try:
                user = self._cognito.admin_get_user(UserPoolId=self._pool, Username=email)
            except self._cognito.exceptions.UserNotFoundException:
                return None
        attributes = {each["Name"]: each.get("Value", "") for each in user["UserAttributes"]}
        return Identity(attributes["sub"], email, confirmed=user["UserStatus"] != "UNCONFIRMED")

    def confirm(self, email: str, code: str) -> None:
        with self._translated():
            try:
                self._cognito.confirm_sign_up(ClientId=self._client_id, Username=email, ConfirmationCode=code)
            except self._cognito.exceptions.NotAuthorizedException:
                raise WrongCode("This code is not valid, or was used already.") from None  # confirmed before

    def sign_in(self, email: str, password: str) -> Tokens:
        with self._translated():
            try:
                answer = self._cognito.initiate_auth(
                    ClientId=self._client_id,
                    AuthFlow="USER_PASSWORD_AUTH",
                    AuthParameters={"USERNAME": email, "PASSWORD": password},
                )
            except (
                self._cognito.exceptions.NotAuthorizedException,
                self._cognito.exceptions.UserNotFoundException,
            ):
                raise WrongCredentials("Address or password is wrong.") from None
            except self._cognito.exceptions.UserNotConfirmedException:
                raise AccountNotVerified("Prove your e-mail address with the code that was sent to it.") from None
        return _tokens(answer["AuthenticationResult"])

    def refresh(self, refresh_token: str) -> Tokens:
        with self._translated():
            try:
                answer = self._cognito.initiate_auth(
                    ClientId=self._client_id,
                    AuthFlow="REFRESH_TOKEN_AUTH",
                    AuthParameters={"REFRESH_TOKEN": refresh_token},
                )
            except (
                self._cognito.exceptions.NotAuthorizedException,
                self._cognito.exceptions.UserNotFoundException,
            ):
                raise WrongCredentials("This session has ended; sign in again.") from None
        return _tokens(answer["AuthenticationResult"])

    def sign_out(self, access_token: str) -> None:
        with self._translated():
            try:
                self._cognito.global_sign_out(AccessToken=access_token)
            except self._cognito.exceptions.NotAuthorizedException:
                raise Unauthenticated("This session has ended already.") from None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except BotoCoreError as error:
            raise Unavailable from error
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in TOO_MANY:
                until = self._clock.now() + PAUSE
                raise LimitReached("Too many tries; wait a little.", until=until) from None
            if code in WRONG_CODES:
                raise WrongCode("This code is not valid, or is too old.") from None
            if code == "InternalErrorException":
                raise Unavailable from error
            raise


def weak_password() -> FieldProblem:
    """What to say of a password that the pool's policy refuses."""
    message = "A password has at least 12 characters, with small and capital letters and a digit."
    return FieldProblem("password", "weak_password", message)


def _tokens(result: AuthenticationResultTypeTypeDef) -> Tokens:
    access_token = result["AccessToken"]
    # Straight from Cognito over TLS: nothing to verify here, only the subject to read.
    payload = access_token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return Tokens(access_token, result.get("RefreshToken"), result["ExpiresIn"], cast("str", claims["sub"]))
