"""The identity provider: the fake, Cognito as moto plays it, and Cognito's own errors by its stubber.

Moto has no refresh by GetTokensFromRefreshToken; the local cloud has (tests/local/test_no_way_around_us.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from allmytracks.accounts.cognito import PASSING, CognitoIdentity
from allmytracks.accounts.ports import IdentityProvider
from allmytracks.accounts.rules import WrongCode, WrongCredentials
from allmytracks.foundation.aws.errors import TRANSIENT
from allmytracks.foundation.errors import DomainError, InvalidFields, LimitReached, Unavailable
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryIdentity
from tests.fakes.foundation import FixedClock

NAME, PASSWORD = "login_1", "Correct4horse battery"


@pytest.fixture(params=["memory", "cognito"])
def identity(request: pytest.FixtureRequest) -> Iterator[IdentityProvider]:
    if request.param == "memory":
        yield MemoryIdentity()
        return
    with mock_aws():
        client = boto3.client("cognito-idp")
        pool = client.create_user_pool(
            PoolName="members",
            Policies={
                "PasswordPolicy": {
                    "MinimumLength": 12,
                    "RequireLowercase": True,
                    "RequireUppercase": True,
                    "RequireNumbers": True,
                }
            },
        )["UserPool"]["Id"]
        app = client.create_user_pool_client(
            UserPoolId=pool,
            ClientName="site",
            GenerateSecret=True,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        made = CognitoIdentity(pool, app, FixedClock(NOW), list[str]().append)
        yield made
        made._cognito.close()
        client.close()


def test_from_sign_up_to_sign_out(identity: IdentityProvider) -> None:
    account_id = identity.sign_up(NAME, PASSWORD)
    with pytest.raises(WrongCredentials):
        identity.sign_in(NAME, PASSWORD)
    identity.confirm(NAME)
    identity.confirm(NAME)
    tokens = identity.sign_in(NAME, PASSWORD)
    assert tokens.account_id == account_id
    assert tokens.refresh_token is not None
    assert identity.sign_in(NAME, PASSWORD).session_id != tokens.session_id
    identity.sign_out(NAME)
    identity.sign_out("nobody")


def test_a_discarded_user_is_gone(identity: IdentityProvider) -> None:
    identity.sign_up(NAME, PASSWORD)
    identity.confirm(NAME)
    identity.discard(NAME)
    identity.discard(NAME)
    with pytest.raises(WrongCredentials):
        identity.sign_in(NAME, PASSWORD)
    with pytest.raises(WrongCode):
        identity.confirm(NAME)


def test_a_password_is_replaced(identity: IdentityProvider) -> None:
    identity.sign_up(NAME, PASSWORD)
    identity.confirm(NAME)
    with pytest.raises(InvalidFields) as refused:
        identity.set_password(NAME, "weak")
    assert [(each.field, each.code) for each in refused.value.problems] == [("new_password", "weak_password")]
    identity.set_password(NAME, "Another4password x")
    identity.sign_in(NAME, "Another4password x")
    with pytest.raises(WrongCredentials):
        identity.sign_in(NAME, PASSWORD)


@pytest.mark.parametrize("password", ["short1A", "alllowercase1234", "NoDigitsInHere"])
def test_a_weak_password_is_named(identity: IdentityProvider, password: str) -> None:
    with pytest.raises(InvalidFields) as refused:
        identity.sign_up(NAME, password)
    assert [(each.field, each.code) for each in refused.value.problems] == [("password", "weak_password")]


def test_who_is_unknown_unproved_or_wrong_is_refused_in_the_same_words(identity: IdentityProvider) -> None:
    identity.sign_up("unproved", PASSWORD)
    identity.sign_up("known", PASSWORD)
    identity.confirm("known")
    words = set()
    for name, password in (("known", "Wrong4password xx"), ("unknown", PASSWORD), ("unproved", PASSWORD)):
        with pytest.raises(WrongCredentials) as refused:
            identity.sign_in(name, password)
        words.add(refused.value.detail)
    assert len(words) == 1


@pytest.mark.parametrize("token", ["no.such.token", " "])
def test_an_unknown_token_is_refused(token: str) -> None:
    identity = MemoryIdentity()
    with pytest.raises(WrongCredentials):
        identity.refresh(token)


def test_a_rotated_secret_of_the_client_is_used_within_minutes() -> None:
    clock = FixedClock(NOW)
    identity = CognitoIdentity("eu-west-1_pool", "client", clock, list[str]().append)
    with Stubber(identity._cognito) as cognito:
        for secret in ("the former secret of the client", "the new secret of the client"):
            cognito.add_response("describe_user_pool_client", {"UserPoolClient": {"ClientSecret": secret}})
        former = identity._hash(NAME)
        assert identity._hash(NAME) == former
        clock.advance(minutes=5)
        assert identity._hash(NAME) != former
        cognito.assert_no_pending_responses()
    identity._cognito.close()


CALLS: dict[str, Callable[[CognitoIdentity], object]] = {
    "sign_up": lambda identity: identity.sign_up(NAME, PASSWORD),
    "admin_confirm_sign_up": lambda identity: identity.confirm(NAME),
    "admin_delete_user": lambda identity: identity.discard(NAME),
    "initiate_auth": lambda identity: identity.sign_in(NAME, PASSWORD),
    "get_tokens_from_refresh_token": lambda identity: identity.refresh("token"),
    "respond_to_auth_challenge": lambda identity: identity.sign_in_by_proof(NAME, "proof"),
    "admin_set_user_password": lambda identity: identity.set_password(NAME, PASSWORD),
    "admin_user_global_sign_out": lambda identity: identity.sign_out(NAME),
}
PARTICULAR: dict[tuple[str, str], type[DomainError] | None] = {
    ("sign_up", "InvalidPasswordException"): InvalidFields,
    ("sign_up", "InvalidParameterException"): InvalidFields,
    ("admin_confirm_sign_up", "UserNotFoundException"): WrongCode,
    ("admin_confirm_sign_up", "NotAuthorizedException"): None,
    ("admin_delete_user", "UserNotFoundException"): None,
    ("admin_set_user_password", "InvalidPasswordException"): InvalidFields,
    ("admin_set_user_password", "InvalidParameterException"): InvalidFields,
    ("admin_user_global_sign_out", "UserNotFoundException"): None,
    ("get_tokens_from_refresh_token", "RefreshTokenReuseException"): WrongCredentials,
    **{
        (operation, f"{name}Exception"): WrongCredentials
        for operation in ("initiate_auth", "respond_to_auth_challenge", "get_tokens_from_refresh_token")
        for name in ("InvalidParameter", "NotAuthorized", "PasswordResetRequired", "UserNotConfirmed", "UserNotFound")
    },
}
TOO_MANY = ("TooManyRequestsException", "LimitExceededException", "TooManyFailedAttemptsException")


def errors_of(operation: str) -> list[str]:
    """Every error that Cognito's own description lists for an operation, and two that it does not."""
    client = boto3.client("cognito-idp")
    method = client.meta.method_to_api_mapping[operation]
    listed = [shape.name for shape in client.meta.service_model.operation_model(method).error_shapes]
    client.close()
    return [*listed, "ThrottlingException", "SomethingNewException"]


@pytest.mark.parametrize("operation", CALLS)
def test_every_error_of_cognito_becomes_one_of_ours(operation: str) -> None:
    for code in errors_of(operation):
        expected = PARTICULAR.get((operation, code), LimitReached if code in TOO_MANY else Unavailable)
        unknown: list[str] = []
        identity = CognitoIdentity("ap-east-1_pool", "client", FixedClock(NOW), unknown.append)
        identity._kept_secret = (NOW, "secret-of-the-client-of-tests")
        with Stubber(identity._cognito) as stubber:
            if operation == "respond_to_auth_challenge":
                stubber.add_response("initiate_auth", {"ChallengeName": "CUSTOM_CHALLENGE", "Session": "s" * 20})
            stubber.add_client_error(operation, code)
            if expected is None:
                CALLS[operation](identity)
            else:
                with pytest.raises(expected):
                    CALLS[operation](identity)
        # What nothing foresees is an answer of 503 with an alarm.
        ours = expected is not Unavailable or code in TRANSIENT | PASSING
        assert unknown == ([] if ours else [code]), code
        identity._cognito.close()


def test_a_challenge_is_no_sign_in() -> None:
    identity = CognitoIdentity("ap-east-1_pool", "client", FixedClock(NOW), list[str]().append)
    identity._kept_secret = (NOW, "secret-of-the-client-of-tests")
    with Stubber(identity._cognito) as stubber:
        stubber.add_response("initiate_auth", {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s" * 20})
        with pytest.raises(Unavailable):
            identity.sign_in(NAME, PASSWORD)
    identity._cognito.close()


@pytest.mark.parametrize("code", ["NotAuthorizedException", "TooManyRequestsException", "InvalidParameterException"])
def test_a_secret_that_cannot_be_read_is_our_trouble_and_not_a_wrong_password(code: str) -> None:
    identity = CognitoIdentity("ap-east-1_pool", "client", FixedClock(NOW), list[str]().append)
    with Stubber(identity._cognito) as stubber:
        stubber.add_client_error("describe_user_pool_client", code)
        with pytest.raises((Unavailable, LimitReached)):
            identity.sign_in(NAME, PASSWORD)
    identity._cognito.close()
