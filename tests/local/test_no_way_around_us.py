"""Nothing that a member holds, and nothing that is public, opens anything at Cognito itself (U-II.II.1)."""

from __future__ import annotations

import base64
import hmac
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.exceptions import ClientError

from allmytracks.accounts.cognito import CognitoIdentity
from allmytracks.accounts.ports import Tokens
from allmytracks.accounts.rules import WrongCredentials
from infra.localcloud.deployment import Deployment
from infra.localcloud.provision import provision
from tests.fakes.foundation import FixedClock
from tests.localcloud.aws.front import REGION, ROOT, Front, serving

PASSWORD, ANOTHER = "Correct4horse battery", "Another4password x"
PARAMETERS = {
    "Stage": "dev",
    "MailSender": "no-reply@example.com",
    "MailIdentityArn": "",
    "SignInChallenge": "arn:aws:lambda:ap-southeast-1:123456789012:function:challenge:live",
}


@pytest.fixture(scope="module")
def own_front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with serving(tmp_path_factory.mktemp("identity")) as front:
        yield front


@pytest.fixture(scope="module")
def deployed(own_front: Front) -> Deployment:
    return provision(ROOT / "infra/identity.yaml", endpoint=own_front.url, region=REGION, parameters=PARAMETERS)


class Member:
    """A member with a session, and what a stranger who has all of its tokens can ask Cognito for."""

    def __init__(self, front: Front, deployed: Deployment) -> None:
        self.pool, self.client_id = (deployed.physical_ids[each] for each in ("UserPool", "WebsiteClient"))
        self.identity = CognitoIdentity(self.pool, self.client_id, FixedClock(datetime.now(UTC)), list[str]().append)
        self.identity._cognito.close()
        self.identity._cognito = front.client("cognito-idp")
        self.name = f"login_{uuid.uuid4().hex}"
        self.account_id = self.identity.sign_up(self.name, PASSWORD)
        self.identity.confirm(self.name)
        self.tokens: Tokens = self.identity.sign_in(self.name, PASSWORD)
        self.public = front.client("cognito-idp", signature_version=UNSIGNED)


@pytest.fixture
def member(own_front: Front, deployed: Deployment) -> Member:
    return Member(own_front, deployed)


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def test_the_product_signs_in_refreshes_and_signs_out(member: Member) -> None:
    assert member.tokens.account_id == member.account_id
    assert member.tokens.refresh_token is not None
    refreshed = member.identity.refresh(member.tokens.refresh_token)
    assert (refreshed.account_id, refreshed.session_id) == (member.account_id, member.tokens.session_id)
    before, after = claims_of(member.tokens.access_token), claims_of(refreshed.access_token)
    assert after["auth_time"] == before["auth_time"]
    assert after["cognito:username"] == member.name
    member.identity.set_password(member.name, ANOTHER)
    with pytest.raises(WrongCredentials):
        member.identity.sign_in(member.name, PASSWORD)
    member.identity.sign_out(member.name)
    with pytest.raises(WrongCredentials):
        member.identity.refresh(member.tokens.refresh_token)


def test_no_token_says_anything_of_the_person(member: Member) -> None:
    assert "email" not in claims_of(member.tokens.access_token)


WITH_A_TOKEN: dict[str, dict[str, Any]] = {
    "get_user": {},
    "update_user_attributes": {"UserAttributes": [{"Name": "email", "Value": "other@example.org"}]},
    "delete_user_attributes": {"UserAttributeNames": ["email"]},
    "get_user_attribute_verification_code": {"AttributeName": "email"},
    "verify_user_attribute": {"AttributeName": "email", "Code": "123456"},
    "change_password": {"PreviousPassword": PASSWORD, "ProposedPassword": ANOTHER},
    "delete_user": {},
    "global_sign_out": {},
    "set_user_mfa_preference": {"SMSMfaSettings": {"Enabled": False}},
    "associate_software_token": {},
    "list_devices": {},
    "get_user_auth_factors": {},
    "start_web_authn_registration": {},
}


@pytest.mark.clause("U-II.II.1")
@pytest.mark.clause("U-II.III.2.1")
@pytest.mark.parametrize("operation", WITH_A_TOKEN)
def test_a_members_token_opens_nothing_at_cognito(member: Member, operation: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(member.public, operation)(AccessToken=member.tokens.access_token, **WITH_A_TOKEN[operation])
    assert refused.value.response["Error"]["Code"] == "NotAuthorizedException"
    assert member.identity.sign_in(member.name, PASSWORD).account_id == member.account_id


def guess(member: Member, **parameters: str) -> dict[str, Any]:
    return {
        "ClientId": member.client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": member.name, "PASSWORD": PASSWORD, **parameters},
    }


def wrong_hash(member: Member) -> str:
    text = f"{member.name}{member.client_id}".encode()
    return base64.b64encode(hmac.digest(b"a guess of the secret itself", text, "sha256")).decode()


@pytest.mark.clause("U-II.IV.7")
def test_public_identifiers_let_nobody_sign_up_guess_or_refresh_there(member: Member) -> None:
    named = {"ClientId": member.client_id, "Username": member.name}
    refresh = {"REFRESH_TOKEN": member.tokens.refresh_token or ""}
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("sign_up", {"ClientId": member.client_id, "Username": "stranger", "Password": PASSWORD}),
        ("initiate_auth", guess(member)),
        ("initiate_auth", guess(member, SECRET_HASH=wrong_hash(member))),
        (
            "initiate_auth",
            {"ClientId": member.client_id, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": refresh},
        ),
        ("get_tokens_from_refresh_token", {"ClientId": member.client_id, "RefreshToken": refresh["REFRESH_TOKEN"]}),
        (
            "get_tokens_from_refresh_token",
            {"ClientId": member.client_id, "RefreshToken": refresh["REFRESH_TOKEN"], "ClientSecret": "s" * 52},
        ),
        ("initiate_auth", {**guess(member), "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {"USERNAME": member.name}}),
        (
            "respond_to_auth_challenge",
            {
                "ClientId": member.client_id,
                "ChallengeName": "CUSTOM_CHALLENGE",
                "Session": "s" * 20,
                "ChallengeResponses": {"USERNAME": member.name, "ANSWER": "proof", "SECRET_HASH": wrong_hash(member)},
            },
        ),
        ("revoke_token", {"ClientId": member.client_id, "Token": refresh["REFRESH_TOKEN"]}),
        ("resend_confirmation_code", named),
        ("confirm_sign_up", {**named, "ConfirmationCode": "123456"}),
        ("forgot_password", named),
        ("confirm_forgot_password", {**named, "ConfirmationCode": "123456", "Password": ANOTHER}),
    ]
    for operation, parameters in attempts:
        with pytest.raises(ClientError) as refused:
            getattr(member.public, operation)(**parameters)
        assert refused.value.response["Error"]["Code"] == "NotAuthorizedException", operation
    assert member.identity.refresh(refresh["REFRESH_TOKEN"]).account_id == member.account_id


@pytest.mark.parametrize("operation", ["admin_get_user", "admin_set_user_password", "admin_delete_user"])
def test_operators_calls_need_a_signature(member: Member, operation: str) -> None:
    more = {"Password": ANOTHER} if operation == "admin_set_user_password" else {}
    with pytest.raises(ClientError) as refused:
        getattr(member.public, operation)(UserPoolId=member.pool, Username=member.name, **more)
    assert refused.value.response["Error"]["Code"] == "MissingAuthenticationTokenException"


def test_no_flow_and_no_scope_of_the_client_is_wider_than_that(own_front: Front, member: Member) -> None:
    described = own_front.client("cognito-idp").describe_user_pool_client(
        UserPoolId=member.pool, ClientId=member.client_id
    )["UserPoolClient"]
    assert described["ClientSecret"]
    assert set(described["ExplicitAuthFlows"]) == {
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_CUSTOM_AUTH",
    }
    assert "aws.cognito.signin.user.admin" not in described.get("AllowedOAuthScopes", [])
