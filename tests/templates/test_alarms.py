"""Every alarm reads a metric that exists, and is raised by its own definition when its fault is fed to the code."""

from __future__ import annotations

import ast
import importlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pytest

from infra.localcloud.template_yaml import parse as parse_template
from tests.factories.alarms import EVERY, Metric, Value, alarms, is_raised, metrics_of
from tests.factories.template import ROOT, described, read_template

ALARMS = alarms()
FUNCTIONS = described()
# The metrics of AWS that alarms read, each with the dimensions that AWS documents for it.
OF_AWS: dict[tuple[str, str], set[tuple[str, ...]]] = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {("QueueName",)},
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): {("QueueName",)},
    ("AWS/Lambda", "Errors"): {("FunctionName",)},
    ("AWS/Lambda", "IteratorAge"): {("FunctionName",)},
    ("AWS/Lambda", "Throttles"): {()},
    ("AWS/SES", "Reputation.BounceRate"): {("ses:configuration-set",)},
    ("AWS/SES", "Reputation.ComplaintRate"): {("ses:configuration-set",)},
    # An HTTP API's; those of a route need its detailed metrics.
    ("AWS/ApiGateway", "5xx"): {("ApiId",), ("ApiId", "Stage", "Route")},
    ("AWS/ApiGateway", "Count"): {("ApiId",), ("ApiId", "Stage", "Route")},
    ("AWS/ApiGateway", "Latency"): {("ApiId",), ("ApiId", "Stage", "Route")},
    # A REST API's.
    ("AWS/ApiGateway", "5XXError"): {("ApiName",)},
}
READ = sorted({each for alarm in ALARMS.values() for each in metrics_of(alarm).values()}, key=str)
COUNTERS = {"count", "add_metric"}
# Counted by these for the functions that are made with them.
OF_KINDS = {"FailedMessages": "QueueFunction(", "PlannedRefusals": "HttpFunction("}


def counted_in(source: str) -> set[str]:
    """The names of the metrics that a module counts."""
    calls = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Call)]
    counting = [each for each in calls if (getattr(each.func, "id", "") or getattr(each.func, "attr", "")) in COUNTERS]
    given = [[*each.args[:1], *(word.value for word in each.keywords if word.arg == "name")] for each in counting]
    return {str(each.value) for names in given for each in names if isinstance(each, ast.Constant)}


@cache
def counted_in_layers() -> set[str]:
    """The names of the metrics that functions count through what they share."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "layers/core/python/allmytracks").rglob("*.py"))
    return {name for text in texts if any(f"{each}(" in text for each in COUNTERS) for name in counted_in(text)}


def handler_of(function: str) -> str:
    return (ROOT / "functions" / function / "handler.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("metric", [each for each in READ if not each.ours], ids=str)
def test_a_metric_of_aws_is_documented_with_these_dimensions(metric: Metric) -> None:
    assert tuple(name for name, _ in metric.dimensions) in OF_AWS[metric.namespace, metric.name]


@pytest.mark.parametrize("metric", [each for each in READ if each.ours], ids=str)
def test_a_metric_of_ours_is_counted_by_the_function_that_the_alarm_names(metric: Metric) -> None:
    ((dimension, function),) = metric.dimensions
    if function == EVERY:
        assert metric.name in counted_in_layers()
        return
    variables = FUNCTIONS[function].properties["Environment"]["Variables"]
    assert (dimension, variables["POWERTOOLS_SERVICE_NAME"]) == ("service", function)
    handler = handler_of(function)
    if metric.name in OF_KINDS:
        assert str(OF_KINDS[metric.name]) in handler
        return
    assert metric.name in counted_in(handler) | counted_in_layers()


def test_queues_are_given_by_their_names() -> None:
    """Not by their ARNs or URLs: CloudWatch's dimension is the name."""
    (stack,) = (each for each in read_template()["Resources"].values() if "observability.yaml" in str(each))
    given = {name: json.dumps(value) for name, value in stack["Properties"]["Parameters"].items()}
    queues = {json.loads(ref)["Ref"] for metric in READ for name, ref in metric.dimensions if name == "QueueName"}
    assert queues
    for queue in queues:
        assert given[queue] == json.dumps({"Fn::GetAtt": ["Messaging", f"Outputs.{queue}"]})


def beyond(alarm: Mapping[str, Any]) -> float:
    """A value just beyond the threshold."""
    step = max(abs(float(alarm["Threshold"])) * 0.01, 0.0001)
    return float(alarm["Threshold"]) + (step if alarm["ComparisonOperator"].startswith("Greater") else -step)


SIMPLE = sorted(name for name, alarm in ALARMS.items() if "MetricName" in alarm)


@pytest.mark.parametrize("name", SIMPLE)
def test_an_alarm_rings_beyond_its_threshold_for_as_long_as_it_says_and_not_at_it(name: str) -> None:
    alarm = ALARMS[name]
    faulty, fine = beyond(alarm), float(alarm["Threshold"])
    enough: int = alarm["DatapointsToAlarm"]
    periods: int = alarm["EvaluationPeriods"]
    assert enough <= periods
    assert is_raised(alarm, {"value": [fine] * (periods - enough) + [faulty] * enough})
    assert not is_raised(alarm, {"value": [fine] * (periods - enough + 1) + [faulty] * (enough - 1)})
    assert is_raised(alarm, {}) is (alarm["TreatMissingData"] == "breaching")


# The fault, the series that it makes (one value a period, five minutes), and whether the alarm is raised.
FAULTS: list[tuple[str, str, Mapping[str, Sequence[Value]], bool]] = [
    ("ApiFailing", "2 of 100 fail", {"failed": [2, 2], "requests": [100, 100]}, True),
    ("ApiFailing", "maintenance", {"failed": [9, 9], "requests": [100, 100], "planned2": [9, 9]}, False),
    ("ApiFailing", "5 requests, all fail", {"failed": [5, 5], "requests": [5, 5]}, False),
    ("ApiFailingNowAndThen", "a rare route fails whole", {"failed": [1, *[0] * 5, 1, *[0] * 4, 1]}, True),
    ("ApiFailingNowAndThen", "one failure in an hour", {"failed": [*[0] * 11, 1]}, False),
    ("ApiFailingNowAndThen", "maintenance", {"failed": [4] * 12, "planned2": [4] * 12}, False),
    ("ApiFailingNowAndThen", "an outage of few requests", {"failed": [5, 5, 5]}, True),
    ("ActsLeftToLater", "sign-ins that cannot be noted", {"logins": [9] * 12}, True),
    ("ActsLeftToLater", "one search", {"searches": [1] * 12}, False),
]


@pytest.mark.parametrize(("name", "fault", "series", "ringing"), FAULTS, ids=lambda value: str(value)[:40])
def test_an_alarm_on_an_expression_rings_at_its_fault(
    name: str, fault: str, series: Mapping[str, Sequence[Value]], *, ringing: bool
) -> None:
    assert is_raised(ALARMS[name], series) is ringing, fault


WORKERS = sorted(name for name in FUNCTIONS if "QueueFunction(" in handler_of(name))


def watched(alarm: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The names of the metrics of an alarm, each with the value of its first dimension."""
    return {(each.name, each.dimensions[0][1]) for each in metrics_of(alarm).values() if each.dimensions}


def poisoned(number: int) -> dict[str, Any]:
    """A batch of messages that no schema lets in."""
    record = {
        "body": "{",
        "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": "one"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-east-1:123456789012:q",
        "awsRegion": "ap-east-1",
    }
    return {"Records": [{**record, "messageId": f"m-{each}", "receiptHandle": "r"} for each in range(number)]}


@pytest.mark.parametrize("function", WORKERS)
def test_messages_that_fail_ring_the_worker_s_alarm_though_its_run_succeeds(
    function: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (name,) = (each for each, alarm in ALARMS.items() if ("FailedMessages", function) in watched(alarm))
    handle = importlib.import_module(f"functions.{function}.handler").handle
    answer = handle(poisoned(5), None)
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == [f"m-{each}" for each in range(5)]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    failed = sum(sum(line.get("FailedMessages", ())) for line in lines)

    assert is_raised(ALARMS[name], {"failed": [failed]})
    assert is_raised(ALARMS[name], {"runs": [1.0]})
    assert not is_raised(ALARMS[name], {"failed": [4.0]})


def test_no_alarm_on_several_metrics_is_without_its_fault() -> None:
    """Those on one metric are in test_alarms_by_fault, those on service levels in test_slos."""
    levels = (ROOT / "infra" / "slo.yaml").read_text(encoding="utf-8")
    several = {name for name, alarm in ALARMS.items() if len(metrics_of(alarm)) > 1 and f"  {name}:" not in levels}
    workers = {
        name for name in several for function in WORKERS if ("FailedMessages", function) in watched(ALARMS[name])
    }
    assert several == workers | {name for name, *_ in FAULTS}


STACK = parse_template((ROOT / "infra" / "observability.yaml").read_text(encoding="utf-8"))["Resources"]
WIDGETS = json.loads(STACK["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]


def test_every_alarm_is_on_the_dashboard_in_one_group_and_ringing_ones_come_first() -> None:
    """But the canary's, which is of deployments, and those on service levels, which `allmytracks slo` shows."""
    own = [name for name in STACK if name in ALARMS and name != "CanaryFailing"]
    groups = [each["properties"] for each in WIDGETS if each["type"] == "alarm"]

    shown = [arn.removeprefix("${").removesuffix(".Arn}") for group in groups for arn in group["alarms"]]
    assert sorted(shown) == sorted(own)
    assert {group["sortBy"] for group in groups} == {"stateUpdatedTimestamp"}
    for group in groups:  # as the runbooks are
        names = [arn.removeprefix("${").removesuffix(".Arn}") for arn in group["alarms"]]
        assert names == sorted(names, key=own.index)


def test_no_part_of_the_dashboard_lies_on_another() -> None:
    taken = [
        (x, y)
        for each in WIDGETS
        for x in range(each["x"], each["x"] + each["width"])
        for y in range(each["y"], each["y"] + each["height"])
    ]
    assert len(taken) == len(set(taken))
    assert {x for x, _ in taken} == set(range(24))
