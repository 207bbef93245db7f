"""The main template and its nested stacks fit together: cfn-lint does not look into nested outputs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from allmytracks.foundation.observability import metrics
from allmytracks.notices.dynamodb import CLAIM_LIFETIME
from infra.localcloud.template_yaml import parse as parse_template
from tests.factories.template import ROOT, read_template

STACKS = {
    name: resource["Properties"]
    for name, resource in read_template()["Resources"].items()
    if resource["Type"] == "AWS::CloudFormation::Stack"
}


def nested(stack: str) -> dict[str, Any]:
    return dict(parse_template((ROOT / STACKS[stack]["TemplateURL"]).read_text(encoding="utf-8")))


def outputs_used(value: object) -> Iterator[tuple[str, str]]:
    """Each (stack, output) that `Fn::GetAtt` or `Fn::Sub` names anywhere in the value."""
    if isinstance(value, dict):
        if isinstance(attribute := value.get("Fn::GetAtt"), list) and str(attribute[-1]).startswith("Outputs."):
            yield attribute[0], attribute[-1].removeprefix("Outputs.")
        for inner in value.values():
            yield from outputs_used(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from outputs_used(inner)
    elif isinstance(value, str):
        yield from re.findall(r"\$\{(\w+)\.Outputs\.(\w+)\}", value)


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_gets_its_parameters(stack: str) -> None:
    assert set(STACKS[stack].get("Parameters", {})) == set(nested(stack)["Parameters"])


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_gives_what_is_used(stack: str) -> None:
    used = {output for owner, output in outputs_used(read_template()) if owner == stack}
    given = set(nested(stack).get("Outputs", {}))

    assert used <= given
    assert given - used == set()


def test_each_function_of_the_root_logs_to_the_group_of_its_name() -> None:
    """cfn-lint sees only that it is some output of the stack of logs."""
    logs, given = nested("Logs")["Resources"], nested("Logs")["Outputs"]
    functions = {
        name: each["Properties"]
        for name, each in read_template()["Resources"].items()
        if each["Type"] == "AWS::Serverless::Function"
    }
    found, wanted = {}, {}
    for name, properties in functions.items():
        output = properties["LoggingConfig"]["LogGroup"]["Fn::GetAtt"][-1].removeprefix("Outputs.")
        found[name] = logs[given[output]["Value"]["Ref"]]["Properties"]["LogGroupName"]["Fn::Sub"]
        wanted[name] = "/aws/lambda/${DeploymentName}/" + properties["CodeUri"].rstrip("/").rpartition("/")[-1]

    assert found == wanted
    assert len(logs) == len(functions), "a group that nothing writes to"
    assert STACKS["Logs"]["Parameters"]["DeploymentName"] == {"Ref": "AWS::StackName"}


def test_outputs_are_found_in_every_form() -> None:
    places = [{"Fn::GetAtt": ["Data", "Outputs.TableArn"]}, {"a": {"Fn::Sub": "${Data.Outputs.BucketArn}/x"}}, "plain"]

    assert list(outputs_used(places)) == [("Data", "TableArn"), ("Data", "BucketArn")]


def test_what_functions_count_is_what_the_alarms_of_the_same_deployment_watch() -> None:
    """Two deployments in one AWS account must not share metrics: a live one would hide the failure of the other."""
    shared = read_template()["Globals"]["Function"]["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
    watched = [
        each["Properties"]["Namespace"]
        for each in nested("Observability")["Resources"].values()
        if each["Type"] == "AWS::CloudWatch::Alarm" and "Namespace" in each["Properties"]
    ]
    own = [namespace for namespace in watched if not str(namespace).startswith("AWS/")]

    assert shared == STACKS["Observability"]["Parameters"]["MetricsNamespace"] == {"Ref": "AWS::StackName"}
    assert own == [{"Ref": "MetricsNamespace"}] * len(own)
    assert len(own) >= 6
    assert metrics().namespace == os.environ["POWERTOOLS_METRICS_NAMESPACE"]


def test_a_notice_can_be_claimed_again_when_its_message_is_redelivered() -> None:
    waits = nested("Messaging")["Resources"]["NoticesQueue"]["Properties"]["VisibilityTimeout"]

    assert timedelta(seconds=waits) > CLAIM_LIFETIME
