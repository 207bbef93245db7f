"""IAM's decision on a call."""

from __future__ import annotations

from typing import Any

import pytest

from infra.localcloud.access import allowed, statement
from infra.localcloud.intrinsics import TemplateError

TABLE = "arn:aws:dynamodb:eu-west-1:1:table/things"


def allow(action: Any, resource: Any, **more: Any) -> Any:
    return statement({"Effect": "Allow", "Action": action, "Resource": resource, **more}, "Role")


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("dynamodb:PutItem", TABLE, True),
        ("dynamodb:putitem", TABLE, True),
        ("dynamodb:PutItem", f"{TABLE}-other", False),
        ("dynamodb:DeleteItem", TABLE, False),
        ("dynamodb:Query", f"{TABLE}/index/timeline", True),
        ("dynamodb:Query", TABLE, False),
        ("s3:GetObject", "arn:aws:s3:::masters/tracks/1/wav.wav", True),
        ("s3:GetObject", "arn:aws:s3:::masters/other/1", False),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:queue", True),
        ("sqs:ReceiveMessage", "arn:aws:sqs:eu-west-1:1:queue", False),
    ],
)
def test_actions_and_resources_match_with_wildcards(action: str, resource: str, expected: bool) -> None:  # noqa: FBT001 (a case's outcome)
    policy = [
        allow(["dynamodb:PutItem"], TABLE),
        allow("dynamodb:Query", f"{TABLE}/index/*"),
        allow("s3:GetObject", "arn:aws:s3:::masters/tracks/*"),
        allow("sqs:Send*", "*"),
    ]
    assert allowed(policy, action, resource, {}) is expected


def test_a_denial_wins() -> None:
    deny = statement({"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*"}, "Role")
    assert not allowed([allow("dynamodb:PutItem", TABLE), deny], "dynamodb:PutItem", TABLE, {})


def test_nothing_is_allowed_by_no_statement() -> None:
    assert not allowed([], "dynamodb:PutItem", TABLE, {})


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("ForAllValues:StringLike", ("ACCOUNT#1", "ACCOUNT#2"), True),
        ("ForAllValues:StringLike", ("ACCOUNT#1", "LICENSE#2"), False),
        ("ForAllValues:StringLike", (), True),
        ("ForAnyValue:StringLike", ("ACCOUNT#1", "LICENSE#2"), True),
        ("StringLike", (), False),
    ],
)
def test_conditions_hold_as_in_iam(operator: str, values: tuple[str, ...], expected: bool) -> None:  # noqa: FBT001 (a case's outcome)
    policy = [allow("dynamodb:PutItem", TABLE, Condition={operator: {"dynamodb:LeadingKeys": ["ACCOUNT#*"]}})]
    assert allowed(policy, "dynamodb:PutItem", TABLE, {"dynamodb:leadingkeys": values}) is expected


@pytest.mark.parametrize(
    "more",
    [
        {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
        {"NotAction": "s3:*"},
    ],
)
def test_what_cannot_be_enforced_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(TemplateError, match="cannot be enforced"):
        allow("s3:*", "*", **more)
