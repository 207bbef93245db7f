"""`allmytracks slo …`"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.ops.commands import Commands
from infra.ops.telling import tell
from infra.ops.writing import Rows, counted

if TYPE_CHECKING:
    from infra.ops.doctor.deployment import Stack

app = Commands("Service levels: what members may rely on (infra/slo.toml), and what is left of it.")
StackName = Annotated[
    str | None,
    typer.Option("--stack", envvar="ALLMYTRACKS_STACK", help="The stack on AWS; without it only the goals are shown."),
]


@app.command("show")
def show(context: typer.Context, stack: StackName = None) -> None:
    """Show the goals, and with --stack what of the budget of 30 days is left. Needs cloudwatch:GetMetricData."""
    from infra.slos import slos

    found = _measured(stack) if stack else {}
    rows = [{"name": each.name, "goal": each.goal, "means": each.means, **found.get(each.name, {})} for each in slos()]
    columns = ["name", "goal", "bad_in_100", "budget_left", "means"] if stack else ["name", "goal", "means"]
    tell(context, rows, Rows(counted(len(rows), "service level"), columns, rows))


@app.command("burning")
def burning(context: typer.Context) -> None:
    """Show from which share of bad events on an alarm is raised, and how soon the budget would be used up."""
    from infra.slos import BURNS, DAYS, slos

    rows = [
        {
            "alarm": f"{slo.name}Burns{burn.name}",
            "bad_in_100": round(burn.rate * slo.budget, 4),
            "windows": f"{burn.long // 60} and {burn.short // 60} minutes",
            "used_up_in_hours": round(DAYS * 24 / burn.rate),
        }
        for slo in slos()
        for burn in BURNS
    ]
    tell(context, rows, Rows(counted(len(rows), "alarm"), ["alarm", "bad_in_100", "windows", "used_up_in_hours"], rows))


def _measured(name: str) -> dict[str, dict[str, Any]]:
    from infra.ops.doctor.deployment import Stack
    from infra.ops.doctor.reading import ReadingAws

    return measured(Stack(name, ReadingAws()), datetime.now(UTC))


def measured(stack: Stack, now: datetime) -> dict[str, dict[str, Any]]:
    """Of 30 days the share of bad events, and of the budget what is left, both in 100. Raises botocore's errors."""
    from infra.slos import DAYS, queries, slos

    known = {each.name: each.physical for type_ in TYPES for each in stack.named(type_)}
    names = {"ApiId": known["Api"], "PaymentsQueueName": known["PaymentsQueue"].rpartition("/")[2]}
    found: dict[str, dict[str, Any]] = {}
    for slo in slos():
        asked = _filled(queries(slo, DAYS * 24 * 3600), names)
        window = {"StartTime": now - timedelta(days=DAYS), "EndTime": now}
        results = stack.aws("cloudwatch", "GetMetricData", MetricDataQueries=asked, **window)["MetricDataResults"]
        values = [value for each in results if each["Id"] == "share" for value in each["Values"]]
        bad = values[0] if values else 0.0
        found[slo.name] = {"bad_in_100": round(bad, 4), "budget_left": round(100 * (1 - bad / slo.budget), 1)}
    return found


TYPES = ("AWS::ApiGatewayV2::Api", "AWS::SQS::Queue")


def _filled(value: Any, names: dict[str, str]) -> Any:
    """With the names of the deployment in place of references."""
    if isinstance(value, dict):
        if set(value) == {"Ref"}:
            return names[value["Ref"]]
        return {key: _filled(inner, names) for key, inner in value.items()}
    return [_filled(each, names) for each in value] if isinstance(value, list) else value
