"""The deployer's policy allows what CloudFormation does for our resources, and fits into IAM."""

from __future__ import annotations

import fnmatch
import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped] # cfn-lint has no types

from tests.factories.template import PATHS, REGION, transformed

POLICIES = Path(__file__).resolve().parents[2] / "infra" / "policies"
MOST = 6144  # characters of a managed policy, without white space
STATEMENTS: list[dict[str, Any]] = json.loads((POLICIES / "deployer.json").read_text(encoding="utf-8"))["Statement"]
ALLOWED = [action for statement in STATEMENTS for action in statement["Action"]]
# What the handlers need for properties that no resource of ours has: an action, or those of a service.
NOT_USED = {
    "cognito-idp:AddCustomAttributes": "no custom attributes",
    "dynamodb:*": "replicas, imports, resource policies, streams of Kinesis",
    "ec2:*": "no function is in a VPC",
    "elasticfilesystem:*": "no file systems",
    "firehose:*": "no delivery streams",
    "iam:*Permissions*": "no permissions boundaries",
    "iam:*User*": "policies are attached by hand to people",
    "iam:*Group*": "as above",
    "iam:CreateServiceLinkedRole": "the account's administrator makes it once (docs/first-deployment.md)",
    "kinesis:*": "no streams of Kinesis",
    "kms:*": "the tables and queues have AWS's own keys; keys do not rotate by themselves",
    "logs:*": "no data protection, index policies or delivery of our own",
    "s3:*": "no analytics, inventory, replication, website, metadata tables; no object is written",
    "s3files:*": "none",
    "s3tables:*": "none",
    "secretsmanager:*": "no replicas; values are not read",
    "sns:*DataProtection*": "none",
    "apigateway:*": "all is allowed",
    "billing:GetBillingViewData": "no billing views",
}
# Of the services that NOT_USED names whole, what our resources do need.
NEEDED = {
    "dynamodb:CreateTable",
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeTable",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:UpdateTable",
    "dynamodb:UpdateTimeToLive",
    "kms:CreateAlias",
    "kms:CreateKey",
    "kms:DescribeKey",
    "kms:PutKeyPolicy",
    "kms:TagResource",
    "logs:CreateLogGroup",
    "logs:DescribeLogGroups",
    "logs:PutRetentionPolicy",
    "logs:PutSubscriptionFilter",
    "s3:CreateBucket",
    "s3:PutBucketCORS",
    "s3:PutBucketNotification",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "secretsmanager:CreateSecret",
    "secretsmanager:GetRandomPassword",
    "secretsmanager:TagResource",
}


def is_allowed(action: str) -> bool:
    return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in ALLOWED)


def handled() -> set[str]:
    """What the handlers of our types of resources say they may call."""
    types = {each["Type"] for path in PATHS | {"template.yaml"} for each in transformed(path).values()}
    schemas = [PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, each).schema for each in types]
    return {
        action
        for schema in schemas
        for handler in schema.get("handlers", {}).values()
        for action in handler.get("permissions", [])
    }


def test_what_cloudformation_does_for_our_resources_is_allowed() -> None:
    needed = {each for each in handled() if not any(fnmatch.fnmatchcase(each, pattern) for pattern in NOT_USED)}

    assert sorted(each for each in needed | NEEDED if not is_allowed(each)) == []
    assert len(needed) > 100


def test_it_fits_into_a_managed_policy() -> None:
    text = (POLICIES / "deployer.json").read_text(encoding="utf-8")

    assert len("".join(text.split())) <= MOST


def test_the_deployer_makes_no_identity_but_roles_of_our_stacks_and_reads_nothing_of_members() -> None:
    """What those roles may, it can get by deploying: who approves a deployment decides (docs/first-deployment.md)."""
    for statement in STATEMENTS:
        if any(action.startswith("iam:") for action in statement["Action"]):
            assert statement["Resource"].rpartition("/")[2] == "allmytracks-*"
    assert not any(is_allowed(each) for each in ("iam:CreateUser", "iam:CreateAccessKey", "iam:PutUserPolicy"))
    assert not any(is_allowed(each) for each in ("dynamodb:GetItem", "dynamodb:Scan", "secretsmanager:GetSecretValue"))
    assert not is_allowed("kms:Sign")


@pytest.mark.parametrize("name", [path.name for path in sorted(POLICIES.glob("*.json"))])
def test_each_policy_has_the_form_of_one(name: str) -> None:
    policy = json.loads((POLICIES / name).read_text(encoding="utf-8"))

    assert policy["Version"] == "2012-10-17"
    assert all(set(each) >= {"Sid", "Effect", "Action"} for each in policy["Statement"])


def test_ci_takes_the_role_by_oidc_for_one_environment_alone() -> None:
    (statement,) = json.loads((POLICIES / "deployer-trust.json").read_text(encoding="utf-8"))["Statement"]
    given = statement["Condition"]["StringEquals"]

    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert given["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    assert "*" not in given["token.actions.githubusercontent.com:sub"]
