"""`allmytracks payments reconcile`: the payment provider's record against ours, with a report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.ops.commands import segment
from infra.ops.telling import connected, progress, tell
from infra.ops.writing import Part, Rows

if TYPE_CHECKING:
    from infra.ops.client import OpsClient

COUNTS = {
    "counted": "what the provider has on record",
    "known": "here, and the same",
    "missing": "never arrived; fed in now",
    "different": "stored otherwise, with another effect; set right now",
    "unattachable": "of no order or payment that is known here",
    "fed_in": "will have their effect within seconds",
}
COLUMNS = ["event_id", "verdict", "fed_in", "kind", "occurred_at", "order_id", "payment"]
PROVIDER_LISTS = timedelta(days=30)
_AGO = re.compile(r"(\d{1,4})([hd])")

SinceOption = Annotated[
    str | None, typer.Option(help="From when: 24h, 7d, a day, or an instant as 2026-11-24T06:00:00Z.")
]
UntilOption = Annotated[str | None, typer.Option(help="Up to when, likewise; now, where it is left out.")]


def reconcile(
    context: typer.Context,
    since: SinceOption = None,
    until: UntilOption = None,
    order: Annotated[
        str | None, typer.Option(help="One order instead: what its checkout came to, and each month of a monthly plan.")
    ] = None,
) -> None:
    """Compare the payment provider's record with ours, and feed in what is missing. Safe to repeat.

    Missing: never arrived. Different: stored otherwise, with another effect. Unattachable: nobody knows whose it is.
    """
    if (since is None) == (order is None):
        raise typer.BadParameter("give either --since or --order")
    if order is not None and until is not None:
        raise typer.BadParameter("--until goes with --since")
    now = datetime.now(UTC)
    begin, end = (instant(text, now, option) for text, option in ((since, "--since"), (until, "--until")))
    with connected(context) as client:
        if order is not None:
            report = client.call("POST", f"/orders/{segment(order)}/reconciliation")
        else:
            report = _whole_span(context, client, begin or now, end)
    tell(context, report, *_parts(report, order, now))


def instant(text: str | None, now: datetime, option: str) -> datetime | None:
    """What `24h`, `7d`, `2026-11-24` or an instant with its zone means. Raises typer.BadParameter."""
    if text is None:
        return None
    ago = _AGO.fullmatch(text)
    if ago is not None:
        hours = int(ago.group(1)) * (1 if ago.group(2) == "h" else 24)
        return now - timedelta(hours=hours)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{option} is 24h, 7d, a day or an instant as 2026-11-24T06:00:00Z") from None
    if at.tzinfo is None and len(text) > len("2026-11-24"):
        raise typer.BadParameter(f"{option} needs its zone, as in 2026-11-24T06:00:00Z")
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _whole_span(context: typer.Context, client: OpsClient, since: datetime, until: datetime | None) -> dict[str, Any]:
    """Part after part; what the parts came to, together."""
    from rich.progress import SpinnerColumn, TextColumn

    form: dict[str, Any] = {"since": since.isoformat()}
    if until is not None:
        form["until"] = until.isoformat()
    total: dict[str, Any] = {**dict.fromkeys(COUNTS, 0), "findings": []}
    with progress(context, SpinnerColumn(), TextColumn("{task.description}")) as bar:
        task = bar.add_task("Comparing ...", total=None)
        while True:
            part = client.call("POST", "/payments/reconciliations", json=form)
            total |= {name: total[name] + part[name] for name in (*COUNTS, "findings")}
            form = {name: part[name] for name in ("since", "until", "position")}
            bar.update(task, description=f"Comparing: {total['counted']} looked at, {total['fed_in']} fed in ...")
            if part["position"] is None:
                return {"since": part["since"], "until": part["until"], **total}


def _parts(report: Mapping[str, Any], order: str | None, now: datetime) -> list[Part]:
    rows = [{"facts": name, "number": report[name], "meaning": meaning} for name, meaning in COUNTS.items()]
    parts: list[Part] = [
        f"Order {order}" if order else f"From {report['since']} to {report['until']}",
        Rows("The provider's record against ours", ["facts", "number", "meaning"], rows, "count"),
    ]
    if report["findings"]:
        parts.append(Rows("Not simply known", COLUMNS, report["findings"], "finding"))
    if order is None and datetime.fromisoformat(report["since"]) < now - PROVIDER_LISTS:
        parts.append(
            "The provider lists events for 30 days; of what is older, only refunds and disputes were compared. "
            "For one order, use --order."
        )
    return parts
