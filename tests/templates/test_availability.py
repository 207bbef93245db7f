"""The availability figure on the operators' dashboard: what it counts, and that it detects a failed request."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from infra.localcloud.template_yaml import parse as parse_template
from tests.factories.template import ROOT

PLANNED = "PlannedRefusals"
A_MONTH = 30 * 24 * 3600


def dashboard() -> dict[str, Any]:
    stack = parse_template((ROOT / "infra" / "observability.yaml").read_text(encoding="utf-8"))
    (found,) = (each for each in stack["Resources"].values() if each["Type"] == "AWS::CloudWatch::Dashboard")
    body: dict[str, Any] = json.loads(found["Properties"]["DashboardBody"]["Fn::Sub"])
    return body


def figures() -> list[dict[str, Any]]:
    """What the widgets titled Availability draw."""
    widgets = [each["properties"] for each in dashboard()["widgets"] if each["type"] == "metric"]
    return [each for each in widgets if each["title"].startswith("Availability")]


def worked_out(figure: dict[str, Any], counted: dict[str, int]) -> Decimal:
    """The one line that is drawn, from what the API's metrics counted."""
    (drawn,) = (of[0] for of in figure["metrics"] if isinstance(of[0], dict) and of[0].get("visible", True))
    values = {}
    for namespace, name, *rest in (of for of in figure["metrics"] if isinstance(of[0], str)):
        dimensions, options = rest[:-1], rest[-1]
        assert options["visible"] is False
        if name == PLANNED:
            assert (namespace, dimensions[0]) == ("${MetricsNamespace}", "service")
            values[options["id"]] = Decimal(counted.get(dimensions[1], 0))
            continue
        assert (namespace, dimensions) == ("AWS/ApiGateway", ["ApiId", "${ApiId}"])
        values[options["id"]] = Decimal(counted[name])

    def metrics(part: str) -> list[Decimal]:
        """Those with this part in their ids; CloudWatch's SUM takes a missing value for 0, as its arithmetic does."""
        return [value for name, value in values.items() if part in name]

    functions: dict[str, Any] = {"__builtins__": {}, "SUM": sum, "METRICS": metrics}
    result = eval(drawn["expression"], functions, values)  # noqa: S307 - arithmetic of our own template
    assert isinstance(result, Decimal)
    return result


@pytest.mark.clause("U-III.III.4")
@pytest.mark.parametrize(
    ("counted", "available"),
    [
        ({"Count": 1000, "5xx": 0, "4xx": 400}, "100"),
        ({"Count": 1000, "5xx": 5, "4xx": 400}, "99.5"),
        ({"Count": 8, "5xx": 8, "4xx": 0}, "0"),
        ({"Count": 1000, "5xx": 50, "4xx": 0, "create_order": 30, "issue_link": 20}, "100"),
    ],
)
def test_the_figure_is_the_share_of_requests_that_did_not_fail_on_our_side(
    counted: dict[str, int], available: str
) -> None:
    drawn = figures()

    assert len(drawn) == 2
    assert {figure["stat"] for figure in drawn} == {"Sum"}
    assert [worked_out(figure, counted) for figure in drawn] == [Decimal(available)] * 2


@pytest.mark.clause("U-III.III.4")
def test_the_figure_is_of_a_month_and_of_the_api_that_members_use() -> None:
    month, by_the_hour = figures()

    assert (month["view"], month["period"], by_the_hour["period"]) == ("singleValue", A_MONTH, 3600)
    template = parse_template((ROOT / "template.yaml").read_text(encoding="utf-8"))["Resources"]
    (stack,) = (each for each in template.values() if "observability.yaml" in str(each.get("Properties")))
    (api,) = (name for name, each in template.items() if each["Type"] == "AWS::Serverless::HttpApi")
    assert stack["Properties"]["Parameters"]["ApiId"] == {"Ref": api}


@pytest.mark.clause("U-III.III.4")
@pytest.mark.clause("M-VI.6")
def test_what_maintenance_refuses_counts_neither_in_the_figure_nor_in_the_alarm() -> None:
    """Of every function that is closed during maintenance, and of no other."""
    closed = {
        path.parent.name
        for path in (ROOT / "functions").glob("*/handler.py")
        if "@closed_during_maintenance" in path.read_text(encoding="utf-8")
    }
    assert "create_order" in closed
    for figure in figures():
        assert worked_out(figure, {"Count": 100, "5xx": 10 * len(closed)} | dict.fromkeys(closed, 10)) == 100
        assert {of[3] for of in figure["metrics"] if of[1:2] == [PLANNED]} == closed
    stack = parse_template((ROOT / "infra" / "observability.yaml").read_text(encoding="utf-8"))["Resources"]
    metrics = stack["ApiFailing"]["Properties"]["Metrics"]
    left_out = {
        each["Id"]: each["MetricStat"]["Metric"]["Dimensions"][0]["Value"]
        for each in metrics
        if each.get("MetricStat", {}).get("Metric", {}).get("MetricName") == PLANNED
    }
    assert set(left_out.values()) == closed
    (expression,) = (each["Expression"] for each in metrics if "Expression" in each)
    # CloudWatch advises against SUM in an alarm, which also takes ten metrics at most.
    assert all(f"- FILL({each}, 0)" in expression for each in left_out)
    assert len([each for each in metrics if "MetricStat" in each]) <= 10
