"""Cognito as the front gives it: what moto lets pass is refused here as on AWS."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import urllib3
from botocore import UNSIGNED
from botocore.exceptions import ClientError
from joserfc import jwk, jwt

from infra.localcloud.deployment import Deployment
from tests.localcloud.aws.front import Front

PASSWORD = "Correct-horse-7"
HOUR = 3600


class Member:
    """One person at the pool's door."""

    def __init__(self, front: Front, deployed: Deployment) -> None:
        self.front = front
        self.email = f"m-{uuid.uuid4().hex[:8]}@example.com"
        self.pool = deployed.physical_ids["Identity.UserPool"]
        self.web = deployed.physical_ids["Identity.WebClient"]
        self.client = front.client("cognito-idp", signature_version=UNSIGNED)
        self.operator = front.client("cognito-idp")
        self.name = {"ClientId": self.web, "Username": self.email}

    def sign_up(self, password: str = PASSWORD) -> Any:
        return self.client.sign_up(**self.name, Password=password)

    def confirm(self, code: str) -> Any:
        return self.client.confirm_sign_up(**self.name, ConfirmationCode=code)

    def code(self) -> str:
        found = re.search(r"\b\d{6}\b", self.front.mails(self.email)[0]["text"])
        assert found
        return found.group()

    def wrong_code(self) -> str:
        return "000000" if self.code() != "000000" else "111111"

    def sign_in(self, password: str = PASSWORD) -> Any:
        parameters = {"USERNAME": self.email, "PASSWORD": password}
        return self.client.initiate_auth(ClientId=self.web, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)[
            "AuthenticationResult"
        ]

    def refresh(self, token: str) -> Any:
        return self.client.initiate_auth(
            ClientId=self.web, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": token}
        )["AuthenticationResult"]


@pytest.fixture
def stranger(front: Front, deployed: Deployment) -> Member:
    return Member(front, deployed)


@pytest.fixture
def member(stranger: Member) -> Member:
    stranger.sign_up()
    stranger.confirm(stranger.code())
    return stranger


def code_of(act: Callable[..., Any], *arguments: Any, **named: Any) -> str:
    with pytest.raises(ClientError) as raised:
        act(*arguments, **named)
    return str(raised.value.response["Error"]["Code"])


def test_only_the_mailed_code_confirms(stranger: Member) -> None:
    answer = stranger.sign_up()
    assert answer["UserConfirmed"] is False
    assert answer["CodeDeliveryDetails"]["Destination"].endswith("***@e***")
    assert stranger.front.mails(stranger.email)[0]["subject"] == "Your code"
    assert code_of(stranger.sign_in) == "UserNotConfirmedException"
    assert code_of(stranger.confirm, stranger.wrong_code()) == "CodeMismatchException"
    stranger.confirm(stranger.code())
    assert stranger.sign_in()["TokenType"] == "Bearer"
    assert code_of(stranger.confirm, stranger.code()) == "NotAuthorizedException"


def test_an_operator_confirms_once(stranger: Member) -> None:
    confirm = stranger.operator.admin_confirm_sign_up
    named = {"UserPoolId": stranger.pool, "Username": stranger.email}
    assert code_of(confirm, **named) == "UserNotFoundException"
    stranger.sign_up()
    confirm(**named)
    assert stranger.sign_in()["TokenType"] == "Bearer"
    assert code_of(confirm, **named) == "NotAuthorizedException"


def test_a_new_code_ends_the_old_one_and_codes_expire(stranger: Member) -> None:
    stranger.sign_up()
    first = stranger.code()
    stranger.client.resend_confirmation_code(**stranger.name)
    second = stranger.code()
    if first != second:
        assert code_of(stranger.confirm, first) == "CodeMismatchException"
    stranger.front.move_clock(24 * HOUR + 1)
    assert code_of(stranger.confirm, second) == "ExpiredCodeException"


def test_guessing_codes_is_limited(stranger: Member) -> None:
    stranger.sign_up()
    codes = [code_of(stranger.confirm, stranger.wrong_code()) for _ in range(6)]
    assert codes == ["CodeMismatchException"] * 5 + ["LimitExceededException"]
    assert code_of(stranger.confirm, stranger.code()) == "LimitExceededException"
    stranger.front.move_clock(HOUR + 1)
    stranger.confirm(stranger.code())


def test_codes_are_not_mailed_without_end(stranger: Member) -> None:
    stranger.sign_up()
    for _ in range(4):
        stranger.client.resend_confirmation_code(**stranger.name)
    assert code_of(stranger.client.resend_confirmation_code, **stranger.name) == "LimitExceededException"
    assert len(stranger.front.mails(stranger.email)) == 5


@pytest.mark.parametrize("password", ["short-A7", "no-upper-case-7", "NO-LOWER-CASE-7", "No-digits-here"])
def test_weak_passwords_are_refused(stranger: Member, password: str) -> None:
    assert code_of(stranger.sign_up, password) == "InvalidPasswordException"


def test_long_passwords_are_taken(stranger: Member) -> None:
    stranger.sign_up("Aa7-" + "x" * 252)
    assert code_of(Member.sign_up, stranger, "Aa7-" + "x" * 253) == "UsernameExistsException"


def test_strangers_learn_nothing_of_unknown_addresses(stranger: Member) -> None:
    assert code_of(stranger.sign_in) == "NotAuthorizedException"
    assert code_of(stranger.confirm, "123456") == "ExpiredCodeException"
    for act in (stranger.client.forgot_password, stranger.client.resend_confirmation_code):
        assert act(**stranger.name)["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
    reset = {**stranger.name, "ConfirmationCode": "123456", "Password": PASSWORD}
    assert code_of(stranger.client.confirm_forgot_password, **reset) == "CodeMismatchException"
    assert stranger.front.mails(stranger.email) == []


def test_an_address_in_other_letter_case_is_the_same(member: Member) -> None:
    member.name = {"ClientId": member.web, "Username": member.email.upper()}
    assert code_of(member.sign_up) == "UsernameExistsException"


def test_tokens_carry_what_cognito_puts_in_them(member: Member, deployed: Deployment) -> None:
    member.operator.admin_add_user_to_group(UserPoolId=member.pool, Username=member.email, GroupName="members")
    sub = member.operator.admin_get_user(UserPoolId=member.pool, Username=member.email)["Username"]
    result = member.sign_in()
    keys = urllib3.request("GET", f"{member.front.url}/{member.pool}/.well-known/jwks.json").json()
    key_set = jwk.KeySet.import_key_set(keys)
    access = jwt.decode(result["AccessToken"], key_set, algorithms=["RS256"]).claims
    expected = {
        "sub": sub,
        "username": sub,
        "client_id": member.web,
        "token_use": "access",
        "iss": deployed.jwt_issuer,
        "cognito:groups": ["members"],
        "scope": "aws.cognito.signin.user.admin",
    }
    assert {name: access[name] for name in expected} == expected
    assert access["exp"] - access["iat"] == result["ExpiresIn"] == 15 * 60
    identity = jwt.decode(result["IdToken"], key_set, algorithms=["RS256"]).claims
    assert (identity["aud"], identity["email"], identity["token_use"]) == (member.web, member.email, "id")


def test_an_access_token_ends_when_the_client_says(member: Member) -> None:
    token = member.sign_in()["AccessToken"]
    assert member.client.get_user(AccessToken=token)["Username"]
    member.front.move_clock(15 * 60 + 1)
    assert code_of(member.client.get_user, AccessToken=token) == "NotAuthorizedException"


def test_a_refresh_token_ends_when_the_client_says(member: Member) -> None:
    token = member.sign_in()["RefreshToken"]
    assert "RefreshToken" not in member.refresh(token)
    member.front.move_clock(30 * 24 * HOUR + 1)
    assert code_of(member.refresh, token) == "NotAuthorizedException"


def test_revoking_ends_one_sign_in_and_signing_out_all(member: Member) -> None:
    first, second, third = (member.sign_in() for _ in range(3))
    member.client.revoke_token(Token=first["RefreshToken"], ClientId=member.web)
    assert code_of(member.refresh, first["RefreshToken"]) == "NotAuthorizedException"
    assert code_of(member.client.get_user, AccessToken=first["AccessToken"]) == "NotAuthorizedException"
    assert member.refresh(second["RefreshToken"])
    member.client.global_sign_out(AccessToken=second["AccessToken"])
    for one in (second, third):
        assert code_of(member.refresh, one["RefreshToken"]) == "NotAuthorizedException"


def test_an_operator_can_sign_a_member_out(member: Member) -> None:
    token = member.sign_in()["RefreshToken"]
    sub = member.operator.admin_get_user(UserPoolId=member.pool, Username=member.email)["Username"]
    member.operator.admin_user_global_sign_out(UserPoolId=member.pool, Username=sub)
    assert code_of(member.refresh, token) == "NotAuthorizedException"


def test_a_disabled_member_neither_signs_in_nor_refreshes(member: Member) -> None:
    token = member.sign_in()["RefreshToken"]
    member.operator.admin_disable_user(UserPoolId=member.pool, Username=member.email)
    assert code_of(member.refresh, token) == "NotAuthorizedException"
    assert code_of(member.sign_in) == "NotAuthorizedException"
    member.operator.admin_enable_user(UserPoolId=member.pool, Username=member.email)
    assert member.refresh(token)


def test_guessing_passwords_is_slowed_down(member: Member) -> None:
    assert [code_of(member.sign_in, "Wrong-horse-7") for _ in range(9)] == ["NotAuthorizedException"] * 9
    assert code_of(member.sign_in) == "NotAuthorizedException"
    member.front.move_clock(20)
    assert member.sign_in()


def test_a_password_is_reset_with_the_mailed_code_alone(member: Member) -> None:
    member.client.forgot_password(**member.name)
    wanted = {**member.name, "Password": "Another-horse-8"}
    reset = member.client.confirm_forgot_password
    assert code_of(reset, **wanted, ConfirmationCode=member.wrong_code()) == "CodeMismatchException"
    weak = {**wanted, "Password": "weak"}
    assert code_of(reset, **weak, ConfirmationCode=member.code()) == "InvalidPasswordException"
    reset(**wanted, ConfirmationCode=member.code())
    assert code_of(member.sign_in) == "NotAuthorizedException"
    assert member.sign_in("Another-horse-8")
    member.front.move_clock(HOUR)
    assert code_of(reset, **wanted, ConfirmationCode=member.code()) == "ExpiredCodeException"


def test_calls_without_a_key_are_recorded_by_the_callers_own_name(stranger: Member) -> None:
    client = stranger.front.client("cognito-idp", signature_version=UNSIGNED, user_agent_appid="SignUpFunction")
    client.sign_up(**stranger.name, Password=PASSWORD)
    last = stranger.front.calls_file.read_text().splitlines()[-1]
    assert '"function": "SignUpFunction"' in last
    assert '"unsigned": true' in last
    assert PASSWORD not in last
