import json
from pathlib import Path

import pytest

from infra.localcloud.deployment import Function, Statement
from infra.localcloud.policy_use import (
    Exemption,
    Policies,
    Use,
    read_exemptions,
    read_policies,
    read_uses,
    refused,
    unused,
    write_policies,
)

TABLE = "arn:aws:dynamodb:eu-west-1:1:table/accounts"
LETTERS = "arn:aws:s3:::letters/letters/*"
LETTER = Use("Issue", "s3:PutObject", "arn:aws:s3:::letters/letters/1.pdf")
READ = Use("Issue", "dynamodb:GetItem", TABLE)


def policies(*statements: Statement) -> Policies:
    return {"Issue": statements}


def allow(action: str, resource: str) -> Statement:
    return Statement("Allow", (action,), (resource,))


def test_a_policy_that_is_used_in_full_passes() -> None:
    policy = policies(allow("dynamodb:GetItem", TABLE), allow("s3:PutObject", LETTERS))

    assert refused(policy, [READ, LETTER]) == []
    assert unused(policy, [READ, LETTER], []) == []


def test_a_call_outside_the_policy_is_named() -> None:
    assert refused(policies(allow("dynamodb:GetItem", TABLE)), [READ, LETTER]) == [
        f"Issue calls s3:PutObject on {LETTER.resource}, which its policy does not allow"
    ]


def test_an_action_that_nothing_used_is_named() -> None:
    policy = policies(Statement("Allow", ("dynamodb:GetItem", "dynamodb:PutItem"), (TABLE,)))

    assert unused(policy, [READ], []) == [f"Issue may dynamodb:PutItem on {TABLE}, and nothing used it"]


def test_a_resource_that_nothing_used_is_named() -> None:
    policy = policies(Statement("Allow", ("dynamodb:GetItem",), (TABLE, f"{TABLE}/index/timeline")))

    assert unused(policy, [READ], []) == [f"Issue may dynamodb:GetItem on {TABLE}/index/timeline, and nothing used it"]


def test_another_functions_use_excuses_nothing() -> None:
    assert unused(policies(allow("dynamodb:GetItem", TABLE)), [Use("Other", READ.action, READ.resource)], [])


def test_an_exception_excuses_what_it_names_and_must_be_needed() -> None:
    policy = policies(allow("dynamodb:GetItem", TABLE), allow("s3:PutObject", LETTERS))
    letters = Exemption("Issue", "s3:PutObject", "a reason", "letters")

    assert unused(policy, [READ], [letters]) == []
    assert unused(policy, [READ, LETTER], [letters]) == ["the exception for Issue s3:PutObject letters excuses nothing"]
    assert unused(policy, [READ], [Exemption("Issue", "s3:PutObject", "a reason", "masters")])


def test_the_record_is_read_without_what_needed_no_policy(tmp_path: Path) -> None:
    call = {
        "function": READ.function,
        "action": READ.action,
        "resource": READ.resource,
        "operation": "GetItem",
        "request": 1,
    }
    lines = [
        call,
        call,
        {**call, "action": "dynamodb:PutItem", "denied": True},
        {**call, "action": "cognito-idp:SignUp", "unsigned": True},
    ]
    record = tmp_path / "calls.jsonl"
    record.write_text("".join(json.dumps(line) + "\n" for line in lines))

    assert read_uses(record) == {READ}


def test_policies_are_read_as_they_were_written(tmp_path: Path) -> None:
    statement = Statement("Allow", ("dynamodb:GetItem",), (TABLE,))
    write_policies(
        {"Issue": Function("Issue", Path(), "handler.handle", {}, 10, 512, (statement,))}, tmp_path / "policies.json"
    )

    assert read_policies(tmp_path / "policies.json") == {"Issue": [statement]}


def test_exceptions_carry_reasons(tmp_path: Path) -> None:
    path = tmp_path / "exceptions.toml"
    path.write_text('[[exception]]\nfunction = "Issue"\naction = "kms:Sign"\n')

    with pytest.raises(TypeError, match="reason"):
        read_exemptions(path)


def test_the_projects_exceptions_can_be_read() -> None:
    for exemption in read_exemptions(Path(__file__).with_name("policy_exceptions.toml")):
        assert exemption.reason.strip()
