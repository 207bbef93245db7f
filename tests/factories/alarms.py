"""CloudWatch's evaluation of an alarm: its own definition against series of its metrics, one value a period."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.localcloud.template_yaml import parse as parse_template
from tests.factories.template import ROOT

STACKS = ("infra/observability.yaml", "infra/slo.yaml", "infra/smoke.yaml")
COMPARISONS = {
    "GreaterThanThreshold": float.__gt__,
    "GreaterThanOrEqualToThreshold": float.__ge__,
    "LessThanThreshold": float.__lt__,
    "LessThanOrEqualToThreshold": float.__le__,
}
Value = float | None
EVERY = "*"
"""In the place of a dimension's value: all of them are summed up."""
_SELECTED = re.compile(r"SELECT SUM\((\w+)\) FROM SCHEMA\(.+, service\)")


@dataclass(frozen=True)
class Metric:
    """A metric that an alarm reads; `namespace` and the dimensions' values as the template writes them."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def ours(self) -> bool:
        return "MetricsNamespace" in self.namespace


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _metric(properties: Mapping[str, Any]) -> Metric:
    dimensions = tuple((each["Name"], _text(each["Value"])) for each in properties.get("Dimensions", ()))
    return Metric(_text(properties["Namespace"]), properties["MetricName"], dimensions)


def alarms() -> dict[str, dict[str, Any]]:
    """The properties of every alarm on metrics, by its logical id."""
    return {
        name: each["Properties"]
        for stack in STACKS
        for name, each in parse_template((ROOT / stack).read_text(encoding="utf-8"))["Resources"].items()
        if each["Type"] == "AWS::CloudWatch::Alarm"
    }


def metrics_of(alarm: Mapping[str, Any]) -> dict[str, Metric]:
    """The metrics that an alarm reads, by their ids in its expression."""
    if "MetricName" in alarm:
        return {"value": _metric(alarm)}
    if selected := _SELECTED.search(_text(alarm["Metrics"][0]["Expression"])):
        return {"value": Metric("${MetricsNamespace}", selected[1], (("service", EVERY),))}
    return {each["Id"]: _metric(each["MetricStat"]["Metric"]) for each in alarm["Metrics"] if "MetricStat" in each}


def _fill(value: Value, instead: float) -> float:
    return instead if value is None else value


def _if(condition: object, then: Value, otherwise: Value) -> Value:
    return then if condition else otherwise


def _worked_out(alarm: Mapping[str, Any], values: Mapping[str, Value]) -> Value:
    if values.keys() == {"value"}:
        return values["value"]
    (drawn,) = (each for each in alarm["Metrics"] if each.get("ReturnData", True) and "Expression" in each)
    if all(each is None for each in values.values()):
        return None
    try:
        found: Value = eval(drawn["Expression"], {"__builtins__": {}, "FILL": _fill, "IF": _if}, dict(values))  # noqa: S307 - arithmetic of our own template
    except TypeError:  # a metric without a value that no FILL replaces
        return None
    return found


def _breaching(alarm: Mapping[str, Any], value: Value) -> bool:
    if value is None:
        return bool(alarm["TreatMissingData"] == "breaching")
    return bool(COMPARISONS[alarm["ComparisonOperator"]](float(value), float(alarm["Threshold"])))


def is_raised(alarm: Mapping[str, Any], series: Mapping[str, Sequence[Value]]) -> bool:
    """Whether the alarm is raised after these periods; `series` by the ids of metrics_of, the newest value last."""
    return sum(_breaching(alarm, each) for each in _periods(alarm, series)) >= int(alarm["DatapointsToAlarm"])


def _periods(alarm: Mapping[str, Any], series: Mapping[str, Sequence[Value]]) -> Iterator[Value]:
    number = alarm["EvaluationPeriods"]
    for period in range(-number, 0):
        values = {name: told[period] if len(told) >= -period else None for name, told in series.items()}
        yield _worked_out(alarm, {name: values.get(name) for name in metrics_of(alarm)})


def _one(alarm: Mapping[str, Any], values: Sequence[float]) -> Value:
    """What the statistic of an alarm on one metric makes of the values of a period."""
    if not values:
        return None
    statistic: str = alarm.get("Statistic") or alarm.get("ExtendedStatistic") or "Sum"
    if statistic.startswith("p"):
        rank = math.ceil(float(statistic[1:]) / 100 * len(values))
        return sorted(values)[max(rank, 1) - 1]
    return {"Sum": float(sum(values)), "Maximum": max(values), "SampleCount": float(len(values))}[statistic]


def is_raised_by(alarm: Mapping[str, Any], printed: str) -> bool:
    """Whether an alarm on one metric of ours is raised when functions print this in each period (CloudWatch's EMF)."""
    (metric,) = metrics_of(alarm).values()
    lines = [json.loads(line) for line in printed.splitlines() if '"_aws"' in line]
    values = [value for line in lines for value in line.get(metric.name, ())]
    return is_raised(alarm, {"value": [_one(alarm, values)] * alarm["EvaluationPeriods"]})


def raised_minutes(alarm: Mapping[str, Any], values: Mapping[int, Sequence[float]], minutes: int) -> list[int]:
    """The ends of the periods at which an alarm on one metric is raised; `values` are those of each minute."""
    period = alarm["Period"] // 60
    ends = range(period, minutes + 1, period)
    told = [_one(alarm, [each for minute in range(end - period, end) for each in values[minute]]) for end in ends]
    return [end for number, end in enumerate(ends, 1) if is_raised(alarm, {"value": told[:number]})]
