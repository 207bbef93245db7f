"""Alarms follow from the service levels, and are raised by the faults they are for and by nothing less."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

import pytest

from infra.localcloud.template_yaml import parse as parse_template
from infra.ops.doctor.deployment import Stack
from infra.ops.slo import measured
from infra.slos import BURNS, STACK, Slo, queries, slos, stack, text
from tests.factories.template import ROOT, described
from tests.fakes.aws_reads import ReadAws

TEMPLATE: dict[str, Any] = parse_template(STACK.read_text(encoding="utf-8"))
ALARMS: dict[str, Any] = TEMPLATE["Resources"]
ROUTES = {route for each in described().values() for route in each.routes()}


def by_name(name: str) -> Slo:
    return next(each for each in slos() if each.name == name)


def share(expression: str, **metrics: float) -> float:
    """What CloudWatch makes of the expression: the subset of metric math that is used."""
    condition = re.fullmatch(r"IF\(total >= (\d+)( AND bad > 1)?, (.+), 0\)", expression)
    assert condition
    least, several, chosen = condition.groups()
    if metrics["total"] < int(least) or (several and metrics["bad"] <= 1):
        return 0.0
    if chosen == "100 - good":
        return 100 - metrics["good"]
    assert chosen == "100 * bad / total"
    return 100 * metrics["bad"] / metrics["total"]


def is_raised(name: str, burn: str, long: dict[str, float], short: dict[str, float]) -> bool:
    """The composite's rule over its two alarms, each by its own expression and threshold."""
    raised = {}
    for window, metrics in (("Long", long), ("Short", short)):
        alarm = ALARMS[f"{name}{burn}{window}"]["Properties"]
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
        raised[f"{name}{burn}{window}"] = share(alarm["Metrics"][0]["Expression"], **metrics) > alarm["Threshold"]
    rule = ALARMS[f"{name}Burns{burn}"]["Properties"]["AlarmRule"]["Fn::Sub"]
    assert rule == " AND ".join(f'ALARM("${{{each}}}")' for each in raised)
    return all(raised.values())


def counts(total: float, bad_in_100: float) -> dict[str, float]:
    return {"total": total, "bad": total * bad_in_100 / 100, "good": 100 - bad_in_100}


def test_the_stack_is_what_follows_from_the_data() -> None:
    assert STACK.read_text(encoding="utf-8") == text(stack(slos())), "run `make slos`"


@pytest.mark.parametrize("slo", slos(), ids=lambda each: each.name)
@pytest.mark.parametrize("burn", BURNS, ids=lambda each: each.name)
def test_an_alarm_is_raised_by_its_fault_and_by_nothing_less(slo: Slo, burn: Any) -> None:
    threshold = burn.rate * slo.budget
    over, under = counts(10_000, threshold * 1.1), counts(10_000, threshold * 0.9)

    assert is_raised(slo.name, burn.name, over, over)
    assert not is_raised(slo.name, burn.name, under, under)
    assert not is_raised(slo.name, burn.name, over, under), "the fault is over"
    assert not is_raised(slo.name, burn.name, under, over), "a short one, within the budget"


@pytest.mark.parametrize("slo", slos(), ids=lambda each: each.name)
def test_a_total_outage_is_seen_and_a_few_events_say_nothing(slo: Slo) -> None:
    whole, few = counts(slo.least, 100), counts(slo.least - 1, 100)

    assert is_raised(slo.name, "Fast", whole, whole)
    assert not is_raised(slo.name, "Fast", few, few)


NOON, NIGHT, A_DAY = 12 * 60, 3 * 60, 24 * 60  # in minutes


def a_day(slo: Slo, *, by_night: float, by_day: float) -> list[float]:
    """Events of each minute: whole ones, evenly; a metric of a queue has one a minute."""
    if slo.name == "ActivationDelay":
        return [1.0] * A_DAY
    rates = [by_day if 8 * 60 <= minute < 22 * 60 else by_night for minute in range(A_DAY)]
    sums = list(accumulate(rates, initial=0.0))
    return [float(int(sums[minute + 1] + 1e-9) - int(sums[minute] + 1e-9)) for minute in range(A_DAY)]


def raised_minutes(slo: Slo, total: list[float], bad: dict[int, float]) -> dict[str, list[int]]:
    """The minutes of the day at which each of the two alarms is raised; `bad` is the share that fails in a minute."""
    failed = [bad.get(minute, 0.0) * total[minute] for minute in range(A_DAY)]
    totals, bads = list(accumulate(total, initial=0.0)), list(accumulate(failed, initial=0.0))

    def within(end: int, seconds: int) -> dict[str, float]:
        start = max(0, end - seconds // 60)
        every, wrong = totals[end] - totals[start], bads[end] - bads[start]
        return {"total": every, "bad": wrong, "good": 100 - 100 * wrong / every if every else 100}

    return {
        burn.name: [
            end
            for end in range(1, A_DAY + 1)
            if is_raised(slo.name, burn.name, within(end, burn.long), within(end, burn.short))
        ]
        for burn in BURNS
    }


@pytest.mark.parametrize("slo", slos(), ids=lambda each: each.name)
def test_of_a_day_an_outage_at_noon_is_seen_soon_and_is_over_soon(slo: Slo) -> None:
    found = raised_minutes(slo, a_day(slo, by_night=4, by_day=40), dict.fromkeys(range(NOON, NOON + 30), 1.0))

    assert NOON < found["Fast"][0] <= NOON + 10
    assert NOON + 30 <= found["Fast"][-1] <= NOON + 36
    assert found["Fast"] == list(range(found["Fast"][0], found["Fast"][-1] + 1)), "without a gap"


@pytest.mark.parametrize("slo", slos(), ids=lambda each: each.name)
def test_of_a_day_a_decline_is_seen_by_the_slow_alarm_alone(slo: Slo) -> None:
    share = (BURNS[0].rate + BURNS[1].rate) / 2 * slo.budget / 100
    found = raised_minutes(slo, a_day(slo, by_night=40, by_day=40), dict.fromkeys(range(NIGHT, A_DAY), share))

    assert found["Fast"] == []
    assert NIGHT < found["Slowly"][0] <= NIGHT + 6 * 60
    assert found["Slowly"][-1] == A_DAY


@pytest.mark.parametrize("an_hour", [1, 6, 10, 12, 24, 60, 120, 240])
@pytest.mark.parametrize("slo", slos(), ids=lambda each: each.name)
def test_of_a_day_one_failure_at_night_raises_nothing(slo: Slo, an_hour: int) -> None:
    total = a_day(slo, by_night=an_hour / 60, by_day=40)
    minute = next(each for each in range(NIGHT, A_DAY) if total[each])

    assert raised_minutes(slo, total, {minute: 1 / total[minute]}) == {"Fast": [], "Slowly": []}


def test_a_goal_can_be_missed_before_all_is_bad() -> None:
    """Otherwise the alarm could never be raised."""
    assert [alarm for alarm, each in ALARMS.items() if each["Properties"].get("Threshold", 0) >= 100] == []


def test_the_routes_that_are_measured_exist_and_have_metrics_of_their_own() -> None:
    routes = {
        dimension["Value"]
        for each in ALARMS.values()
        for query in each["Properties"].get("Metrics", ())
        for dimension in query.get("MetricStat", {}).get("Metric", {}).get("Dimensions", ())
        if dimension["Name"] == "Route"
    }

    assert len(routes) == 3
    assert routes <= ROUTES
    api = parse_template((ROOT / "template.yaml").read_text(encoding="utf-8"))["Resources"]["Api"]["Properties"]
    settings = {**dict.fromkeys(routes, api["DefaultRouteSettings"]), **api["RouteSettings"]}
    # Each costs by the route and month: no other has them.
    assert {route for route, each in settings.items() if each.get("DetailedMetricsEnabled")} == routes
    assert not api["DefaultRouteSettings"]["DetailedMetricsEnabled"]


def test_every_alarm_on_a_service_level_has_its_runbook() -> None:
    page = (ROOT / "docs" / "runbooks.md").read_text(encoding="utf-8")
    titles = [name for line in re.findall(r"^### (.+)$", page, re.MULTILINE) for name in line.split(", ")]

    assert titles == [name for name, each in ALARMS.items() if each["Type"] == "AWS::CloudWatch::CompositeAlarm"]


def resource(type_: str, name: str, physical: str) -> dict[str, Any]:
    return {
        "ResourceType": type_,
        "LogicalResourceId": name,
        "PhysicalResourceId": physical,
        "LastUpdatedTimestamp": 0,
        "ResourceStatus": "CREATE_COMPLETE",
    }


def test_what_is_left_of_the_budget_is_read_for_the_deployment_itself() -> None:
    resources = [
        resource("AWS::ApiGatewayV2::Api", "Api", "api-1"),
        resource("AWS::SQS::Queue", "PaymentsQueue", "https://sqs.example/1/payments.fifo"),
    ]
    asked: list[Any] = []

    def answer(**parameters: Any) -> dict[str, Any]:
        asked.append(parameters)
        return {"MetricDataResults": [{"Id": "share", "Values": [0.05]}]}

    aws = ReadAws(
        {
            ("cloudformation", "ListStackResources"): {"StackResourceSummaries": resources},
            ("cloudwatch", "GetMetricData"): answer,
        }
    )

    found = measured(Stack("allmytracks-prod", aws), datetime(2026, 11, 28, tzinfo=UTC))

    assert found["Availability"] == {"bad_in_100": 0.05, "budget_left": 50.0}
    assert found["GrantLatency"] == {"bad_in_100": 0.05, "budget_left": 95.0}
    assert "payments.fifo" in str(asked[-1])
    assert "api-1" in str(asked[0])


def test_the_share_is_that_of_the_period() -> None:
    periods = {each["MetricStat"]["Period"] for each in queries(by_name("LetterDelay"), 300) if "MetricStat" in each}

    assert periods == {300}
