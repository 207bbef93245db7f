"""Service levels as data (infra/slo.toml), and the alarms that follow from them: `make slos` writes infra/slo.yaml.

An alarm is raised when the budget of 30 days is used up too fast, in a long and in a short window at once (Google's SRE
workbook, "multiwindow, multi-burn-rate alerts"): 2 % of it within an hour, or 5 % within six. The short window ends the
alarm soon after the fault is over.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct

ROOT = Path(__file__).resolve().parents[1]
DATA, STACK = ROOT / "infra" / "slo.toml", ROOT / "infra" / "slo.yaml"
DAYS = 30


class Metric(Struct, frozen=True):
    """A metric of CloudWatch; a dimension `{Name}` is the stack's parameter."""

    namespace: str
    metric: str
    dimensions: dict[str, str]


class Slo(Struct, frozen=True):
    """A service level: `goal` in 100; see infra/slo.toml."""

    name: str
    goal: float
    means: str
    least: int
    bad: Metric | None = None
    total: Metric | None = None
    value: Metric | None = None
    at_most: float | None = None

    @property
    def budget(self) -> float:
        """How many in 100 may be bad."""
        return round(100 - self.goal, 6)


class Burn(Struct, frozen=True):
    """How fast, against an even use of the budget, and in which windows (seconds)."""

    name: str
    rate: float
    long: int
    short: int


BURNS = (Burn("Fast", 14.4, 3600, 300), Burn("Slowly", 6, 21600, 1800))


def slos() -> list[Slo]:
    """All of them."""
    return msgspec.convert(tomllib.loads(DATA.read_text(encoding="utf-8"))["slo"], list[Slo])


def queries(slo: Slo, period: int) -> list[dict[str, Any]]:
    """The share of bad events in 100, as metric queries; 0 where there are too few to judge.

    One bad event alone is never judged: of few events at night it would be a large share.
    """
    if slo.value is not None:
        bad = _query("good", slo.value, period, f"PR(:{slo.at_most:g})")
        return [
            _share(f"IF(total >= {slo.least}, 100 - good, 0)"),
            bad,
            _query("total", slo.value, period, "SampleCount"),
        ]
    if slo.bad is None or slo.total is None:
        raise ValueError(f"{slo.name} has neither value nor bad and total")
    return [
        _share(f"IF(total >= {slo.least} AND bad > 1, 100 * bad / total, 0)"),
        _query("bad", slo.bad, period, "Sum"),
        _query("total", slo.total, period, "Sum"),
    ]


def _share(expression: str) -> dict[str, Any]:
    return {"Id": "share", "Label": "Bad in 100", "Expression": expression, "ReturnData": True}


def _query(name: str, metric: Metric, period: int, stat: str) -> dict[str, Any]:
    dimensions = [{"Name": key, "Value": _value(value)} for key, value in metric.dimensions.items()]
    named = {"Namespace": metric.namespace, "MetricName": metric.metric, "Dimensions": dimensions}
    return {"Id": name, "ReturnData": False, "MetricStat": {"Stat": stat, "Period": period, "Metric": named}}


def _value(text: str) -> object:
    return {"Ref": text[1:-1]} if text.startswith("{") else text


def _alarms(slo: Slo) -> Iterator[tuple[str, dict[str, Any]]]:
    for burn in BURNS:
        windows = {"Long": burn.long, "Short": burn.short}
        for window, period in windows.items():
            yield (
                f"{slo.name}{burn.name}{window}",
                {
                    "Type": "AWS::CloudWatch::Alarm",
                    "Properties": {
                        "AlarmDescription": f"Part of {slo.name}Burns{burn.name}: the last {period // 60} minutes.",
                        "Metrics": queries(slo, period),
                        "EvaluationPeriods": 1,
                        "DatapointsToAlarm": 1,
                        "Threshold": round(burn.rate * slo.budget, 6),
                        "ComparisonOperator": "GreaterThanThreshold",
                        "TreatMissingData": "notBreaching",
                    },
                },
            )
        both = " AND ".join(f'ALARM("${{{slo.name}{burn.name}{window}}}")' for window in windows)
        hours = DAYS * 24 / burn.rate
        yield (
            f"{slo.name}Burns{burn.name}",
            {
                "Type": "AWS::CloudWatch::CompositeAlarm",
                "Properties": {
                    "AlarmDescription": f"Too fast, {DAYS} days of budget in {hours:.0f} hours: {slo.means}.",
                    "AlarmRule": {"Fn::Sub": both},
                    "AlarmActions": [{"Ref": "Alarms"}],
                    "OKActions": [{"Ref": "Alarms"}],
                },
            },
        )


def stack(found: list[Slo]) -> dict[str, Any]:
    """The template of all alarms."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "AllMyTracks alarms on service levels; written by `make slos` from infra/slo.toml.",
        "Parameters": {
            "Alarms": {"Type": "String", "Description": "The topic of alarms."},
            "ApiId": {"Type": "String", "Description": "The website's API."},
            "PaymentsQueueName": {"Type": "String", "Description": "The queue of payment facts."},
        },
        "Resources": dict(alarm for slo in found for alarm in _alarms(slo)),
        "Outputs": {},
    }


def text(template: Mapping[str, Any]) -> str:
    """As it is written."""
    dumped: str = yaml.safe_dump(dict(template), sort_keys=False, width=1000)
    return dumped.replace("Outputs: {}\n", "")


if __name__ == "__main__":
    STACK.write_text(text(stack(slos())), encoding="utf-8")
