"""What AWS limits, as SAM's own transform makes it of the templates: resources of a stack, resource policies."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest

from tests.factories.template import PATHS, REGION, transformed

ACCOUNT = "123456789012"
MOST_RESOURCES = 460  # CloudFormation takes 500
LARGEST_POLICY = 5 * 1024  # Lambda takes 20 KB


def policies(resources: dict[str, Any]) -> dict[str, int]:
    """The bytes of each function's resource policy, with ARNs of the length that they have."""
    statements: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name, each in resources.items():
        if each["Type"] == "AWS::Lambda::Permission":
            granted = each["Properties"]
            function = json.dumps(granted["FunctionName"])
            statements[function].append(
                {
                    "Sid": f"allmytracks-prod-{name}-0123456789AB",
                    "Effect": "Allow",
                    "Principal": {"Service": granted["Principal"]},
                    "Action": granted["Action"],
                    "Resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{'f' * 64}:live",
                    "Condition": {"ArnLike": {"AWS:SourceArn": json.dumps(granted.get("SourceArn"))}},
                }
            )
    return {
        function: len(json.dumps({"Version": "2012-10-17", "Id": "default", "Statement": kept}))
        for function, kept in statements.items()
    }


@pytest.mark.parametrize("path", sorted(PATHS))
def test_a_stack_has_room_to_grow(path: str) -> None:
    assert len(transformed(path)) < MOST_RESOURCES


@pytest.mark.parametrize("path", ["template.yaml", "infra/workers.yaml"])
def test_no_functions_resource_policy_is_large(path: str) -> None:
    large = {function: size for function, size in policies(transformed(path)).items() if size >= LARGEST_POLICY}

    assert large == {}


def test_every_bucket_that_pages_reach_lets_them() -> None:
    """The register's alone is read by functions only."""
    buckets = {
        name: each["Properties"].get("CorsConfiguration")
        for name, each in transformed("infra/data.yaml").items()
        if each["Type"] == "AWS::S3::Bucket"
    }

    assert {name for name, rules in buckets.items() if rules is None} == {"RegisterBucket"}
    origins = {str(rule["AllowedOrigins"]) for rules in buckets.values() if rules for rule in rules["CorsRules"]}
    assert len(origins) == 1
    assert "*" not in origins.pop()


def test_the_operators_api_has_no_stage_but_its_own() -> None:
    """SAM adds one called `Stage`, open to the same callers and without the limits, unless OpenApiVersion is given."""
    stages = [
        each["Properties"]["StageName"]
        for each in transformed("template.yaml").values()
        if each["Type"] in {"AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment"}
        and "StageName" in each["Properties"]
    ]

    assert stages == ["ops"]


def test_the_operators_api_has_one_permission_for_all_its_routes() -> None:
    granted = [
        each["Properties"]
        for each in transformed("template.yaml").values()
        if each["Type"] == "AWS::Lambda::Permission" and "OpsApiFunction" in json.dumps(each)
    ]

    assert [each["SourceArn"]["Fn::Sub"].rpartition(":")[2] for each in granted] == ["${OpsApi}/ops/*"]
