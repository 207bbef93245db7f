"""The identity provider: the twin in memory, Cognito as moto plays it, and Cognito's own errors by its stubber."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from allmytracks.accounts.cognito import CognitoIdentity
from allmytracks.accounts.ports import IdentityProvider
from allmytracks.accounts.rules import AccountNotVerified, EmailTaken, WrongCode, WrongCredentials
from allmytracks.foundation.errors import (
    DomainError,
    InvalidFields,
    LimitReached,
    Unauthenticated,
    Unavailable,
)
from tests.fakes.accounts import MemoryIdentity
from tests.fakes.foundation import FixedClock
from tests.samples import NOW

EMAIL, PASSWORD = "ada@example.org", "Correct4horse battery"
CodeOf = Callable[[str], str]


@pytest.fixture(params=["memory", "cognito"])
def provider(request: pytest.FixtureRequest) -> Iterator[tuple[IdentityProvider, CodeOf]]:
    if request.param == "memory":
        memory = MemoryIdentity()
        yield memory, lambda email: memory.users[email].code
        return
    with mock_aws():
        client = boto3.client("cognito-idp")
        pool = client.create_user_pool(
            PoolName="members",
            UsernameAttributes=["email"],
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
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        yield CognitoIdentity(pool, app, FixedClock(NOW)), lambda _email: "123456"  # moto takes any code
        client.close()


def test_from_sign_up_to_sign_out(provider: tuple[IdentityProvider, CodeOf]) -> None:
    identity, code_of = provider
    account_id = identity.sign_up(EMAIL, PASSWORD)
    known = identity.find(EMAIL)
    assert known is not None
    assert (known.account_id, known.confirmed) == (account_id, False)
    with pytest.raises(AccountNotVerified):
        identity.sign_in(EMAIL, PASSWORD)
    identity.confirm(EMAIL, code_of(EMAIL))
    tokens = identity.sign_in(EMAIL, PASSWORD)
    assert tokens.account_id == account_id
    assert tokens.refresh_token is not None
    assert identity.refresh(tokens.refresh_token).account_id == account_id
    identity.sign_out(tokens.access_token)
    with pytest.raises(WrongCredentials):
        identity.refresh(tokens.refresh_token)


def test_an_address_is_taken_until_it_is_discarded(provider: tuple[IdentityProvider, CodeOf]) -> None:
    identity, _ = provider
    first = identity.sign_up(EMAIL, PASSWORD)
    with pytest.raises(EmailTaken):
        identity.sign_up(EMAIL, PASSWORD)
    identity.discard_unconfirmed(EMAIL)
    assert identity.find(EMAIL) is None
    assert identity.sign_up(EMAIL, PASSWORD) != first
    identity.discard_unconfirmed("nobody@example.org")


@pytest.mark.parametrize("password", ["short1A", "alllowercase1234", "NoDigitsInHere"])
def test_a_weak_password_is_named(provider: tuple[IdentityProvider, CodeOf], password: str) -> None:
    identity, _ = provider
    with pytest.raises(InvalidFields) as refused:
        identity.sign_up(EMAIL, password)
    assert [(each.field, each.code) for each in refused.value.problems] == [("password", "weak_password")]


def test_wrong_credentials_and_unknown_addresses_are_answered_alike(
    provider: tuple[IdentityProvider, CodeOf],
) -> None:
    identity, code_of = provider
    identity.sign_up(EMAIL, PASSWORD)
    identity.confirm(EMAIL, code_of(EMAIL))
    answers = []
    for email, password in ((EMAIL, "Wrong4password xx"), ("nobody@example.org", PASSWORD)):
        with pytest.raises(WrongCredentials) as refused:
            identity.sign_in(email, password)
        answers.append(refused.value.detail)
    assert len(set(answers)) == 1


def test_a_token_of_nobody_is_refused(provider: tuple[IdentityProvider, CodeOf]) -> None:
    identity, _ = provider
    with pytest.raises(Unauthenticated):
        identity.sign_out("no.such.token")
    with pytest.raises(WrongCredentials):
        identity.refresh("no such token")


@pytest.mark.parametrize(
    ("operation", "code", "expected"),
    [
        ("confirm_sign_up", "CodeMismatchException", WrongCode),
        ("confirm_sign_up", "ExpiredCodeException", WrongCode),
        ("confirm_sign_up", "UserNotFoundException", WrongCode),
        ("confirm_sign_up", "NotAuthorizedException", WrongCode),
        ("confirm_sign_up", "TooManyFailedAttemptsException", LimitReached),
        ("confirm_sign_up", "LimitExceededException", LimitReached),
        ("initiate_auth", "NotAuthorizedException", WrongCredentials),
        ("initiate_auth", "UserNotFoundException", WrongCredentials),
        ("initiate_auth", "TooManyRequestsException", LimitReached),
        ("initiate_auth", "InternalErrorException", Unavailable),
        ("sign_up", "InvalidPasswordException", InvalidFields),
        ("global_sign_out", "NotAuthorizedException", Unauthenticated),
    ],
)
def test_errors_of_cognito_become_ours(operation: str, code: str, expected: type[DomainError]) -> None:
    identity = CognitoIdentity("ap-east-1_pool", "client", FixedClock(NOW))
    calls: dict[str, Callable[[], object]] = {
        "confirm_sign_up": lambda: identity.confirm(EMAIL, "123456"),
        "initiate_auth": lambda: identity.sign_in(EMAIL, PASSWORD),
        "sign_up": lambda: identity.sign_up(EMAIL, PASSWORD),
        "global_sign_out": lambda: identity.sign_out("token"),
    }
    with Stubber(identity._cognito) as stubber:
        stubber.add_client_error(operation, code)
        with pytest.raises(expected):
            calls[operation]()
    identity._cognito.close()
