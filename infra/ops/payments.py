"""`allmytracks payments …`"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.ops.commands import Commands, Limit, Yes, instant_with_zone, segment
from infra.ops.reconciling import reconcile
from infra.ops.telling import connected, paged, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

if TYPE_CHECKING:
    from infra.ops.client import OpsClient

app = Commands("Payment events: what providers report, and what became of it.")
app.command("reconcile")(reconcile)
COLUMNS = ["event_id", "provider", "kind", "status", "received_at", "amount", "currency", "references", "order_id"]
FACT_COLUMNS = ["event_id", "provider", "kind", "occurred_at", "amount", "currency", "order_id"]
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Event = Annotated[str, typer.Argument(help="The event's id at its provider (evt_…).")]
Provider = Annotated[str, typer.Option(help="Whose event it is.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is on record.")]
From = Annotated[str | None, typer.Option("--from", help="Received from then on, with its zone.")]
To = Annotated[str | None, typer.Option("--to", help="Received before then, with its zone.")]


@app.command("show")
def show_event(context: typer.Context, event_id: Event, provider: Provider = "stripe") -> None:
    """Show an event: what it reports, whose it is, what became of it."""
    with connected(context) as client:
        _tell(context, client.call("GET", _path(provider, event_id)))


@app.command("list")
def list_events(
    context: typer.Context,
    *,
    account: Annotated[str | None, typer.Option(help="What is on record with an account.")] = None,
    day: Annotated[str | None, typer.Option(help="What came on a day (UTC) and is done with: 2026-11-24.")] = None,
    unfolded: Annotated[
        bool, typer.Option("--unfolded", help="What has had no effect yet (as without options).")
    ] = False,
    limit: Limit = 50,
) -> None:
    """List events: those not folded yet, a day's, or an account's."""
    if sum([account is not None, day is not None, unfolded]) > 1:
        raise typer.BadParameter("give one of --account, --day and --unfolded")
    if day is not None and not DAY.fullmatch(day):
        raise typer.BadParameter("give --day as in 2026-11-24")
    with connected(context) as client:
        if account is None:
            _list_shelf(context, client, day or "unfolded", limit)
            return
        rows = client.call("GET", f"/accounts/{segment(account)}/payments")["items"]
    tell(context, rows, Rows(f"{counted(len(rows), 'payment fact')} of {account}", FACT_COLUMNS, rows))


@app.command("unattached")
def list_unattached(context: typer.Context, *, limit: Limit = 50) -> None:
    """List events that name no order or payment of ours; see attach and dismiss."""
    with connected(context) as client:
        _list_shelf(context, client, "unattached", limit)


@app.command("attach")
def attach(
    context: typer.Context,
    event_id: Event,
    reason: Why,
    order: Annotated[str | None, typer.Option(help="The order that it is about.")] = None,
    account: Annotated[str | None, typer.Option(help="The account, where it is about no order.")] = None,
    provider: Provider = "stripe",
    *,
    yes: Yes = False,
) -> None:
    """Say whose an event is that nobody knew: it is folded then."""
    if order is None and account is None:
        raise typer.BadParameter("give --order or --account")
    require_yes(context, f"Attach {event_id} to {order or account}?", yes=yes)
    body = {"order_id": order, "account_id": account, "reason": reason}
    with connected(context) as client:
        _tell(context, client.call("POST", f"{_path(provider, event_id)}/ruling", json=body))


@app.command("dismiss")
def dismiss(
    context: typer.Context, event_id: Event, reason: Why, provider: Provider = "stripe", *, yes: Yes = False
) -> None:
    """Say that an event is none of ours."""
    require_yes(context, f"Dismiss {event_id} as none of ours?", yes=yes)
    with connected(context) as client:
        _tell(context, client.call("POST", f"{_path(provider, event_id)}/ruling", json={"reason": reason}))


@app.command("replay")
def replay(
    context: typer.Context,
    event_id: Annotated[str | None, typer.Argument(help="The event's id at its provider (evt_…).")] = None,
    provider: Provider = "stripe",
    *,
    dead_letters: Annotated[bool, typer.Option("--dead-letters", help="All that the queue gave up on.")] = False,
    first: From = None,
    last: To = None,
) -> None:
    """Queue events again: one, those received within a time, or the dead letters. May be repeated at any time."""
    within = first is not None and last is not None
    if [event_id is not None, dead_letters, within].count(True) != 1 or (first is None) != (last is None):
        raise typer.BadParameter("give an event, or --from and --to, or --dead-letters")
    with connected(context) as client:
        if event_id is not None:
            found = client.call("POST", f"{_path(provider, event_id)}/replay")
            tell(context, found, f"queued {found['event_id']}, which was {found['status']}")
        elif within:
            span = {"received_from": instant_with_zone(first, "--from"), "received_to": instant_with_zone(last, "--to")}
            _replay_all(
                context, lambda cursor: client.call("POST", "/payment-replays", json={**span, "cursor": cursor})
            )
        else:
            _replay_all(context, lambda _cursor: _dead_letters(client))


def _dead_letters(client: OpsClient) -> dict[str, Any]:
    replayed = client.call("POST", "/payment-replays/dead-letters", json={})
    return {**replayed, "next_cursor": "more" if replayed["queued"] else None}


def _replay_all(context: typer.Context, some: Callable[[str | None], dict[str, Any]]) -> None:
    queued = left_out = 0
    cursor: str | None = None
    while True:
        replayed = some(cursor)
        queued, left_out = queued + replayed["queued"], left_out + replayed["left_out"]
        cursor = replayed["next_cursor"]
        if cursor is None:
            break
    told = f"{counted(queued, 'event')} queued, {left_out} left out"
    tell(context, {"queued": queued, "left_out": left_out}, told)


def _list_shelf(context: typer.Context, client: OpsClient, shelf: str, limit: int) -> None:
    rows, more = paged(client, "/payments", limit, {"shelf": shelf})
    tell(context, rows, Rows(f"{counted(len(rows), 'payment event', more=more)}, {shelf}", COLUMNS, rows))


def _tell(context: typer.Context, event: Mapping[str, Any]) -> None:
    tell(context, event, Fields("Payment event", event))


def _path(provider: str, event_id: str) -> str:
    return f"/payments/{segment(provider)}/{segment(event_id)}"
