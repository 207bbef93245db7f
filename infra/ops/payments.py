"""`allmytracks payments …`"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from infra.ops.client import OpsClient
from infra.ops.reconciling import reconcile
from infra.ops.telling import connected, show, show_list
from infra.ops.tracks import segment

app = typer.Typer(no_args_is_help=True, help="Payment events: what providers report, and what became of it.")
app.command("reconcile")(reconcile)
COLUMNS = ["event_id", "provider", "kind", "status", "received_at", "amount", "currency", "references", "order_id"]
FACT_COLUMNS = ["event_id", "provider", "kind", "occurred_at", "amount", "currency", "order_id"]
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Event = Annotated[str, typer.Argument(help="The event's id at its provider (evt_…).")]
Provider = Annotated[str, typer.Option(help="Whose event it is.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it is on record.")]
From = Annotated[str | None, typer.Option("--from", help="Received from then on, with its zone.")]
To = Annotated[str | None, typer.Option("--to", help="Received before then, with its zone.")]


@app.command("show")
def show_event(
    context: typer.Context, event_id: Event, provider: Provider = "stripe", *, as_json: AsJson = False
) -> None:
    """Show an event: what it reports, whose it is, what became of it."""
    with connected(context) as (client, console):
        _tell(console, "Payment event", client.call("GET", _path(provider, event_id)), as_json=as_json)


@app.command("list")
def list_events(
    context: typer.Context,
    *,
    account: Annotated[str | None, typer.Option(help="What is on record with an account.")] = None,
    day: Annotated[str | None, typer.Option(help="What came on a day (UTC) and is done with: 2026-11-24.")] = None,
    unfolded: Annotated[
        bool, typer.Option("--unfolded", help="What has had no effect yet (as without options).")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """List events: those not folded yet, a day's, or an account's."""
    if sum([account is not None, day is not None, unfolded]) > 1:
        raise typer.BadParameter("give one of --account, --day and --unfolded")
    if day is not None and not DAY.fullmatch(day):
        raise typer.BadParameter("give --day as in 2026-11-24")
    with connected(context) as (client, console):
        if account is not None:
            rows = client.call("GET", f"/accounts/{segment(account)}/payments")["items"]
            _tell_list(console, f"{len(rows)} payment facts of {account}", FACT_COLUMNS, rows, as_json=as_json)
        else:
            _list_shelf(client, console, day or "unfolded", limit, as_json=as_json)


@app.command("unattached")
def list_unattached(
    context: typer.Context, *, limit: Annotated[int, typer.Option(min=1, max=1000)] = 50, as_json: AsJson = False
) -> None:
    """List events that name no order or payment of ours; see attach and dismiss."""
    with connected(context) as (client, console):
        _list_shelf(client, console, "unattached", limit, as_json=as_json)


@app.command("attach")
def attach(
    context: typer.Context,
    event_id: Event,
    reason: Why,
    order: Annotated[str | None, typer.Option(help="The order that it is about.")] = None,
    account: Annotated[str | None, typer.Option(help="The account, where it is about no order.")] = None,
    provider: Provider = "stripe",
) -> None:
    """Say whose an event is that nobody knew: it is folded then."""
    if order is None and account is None:
        raise typer.BadParameter("give --order or --account")
    body = {"order_id": order, "account_id": account, "reason": reason}
    with connected(context) as (client, console):
        show(console, "Payment event", client.call("POST", f"{_path(provider, event_id)}/ruling", json=body))


@app.command("dismiss")
def dismiss(context: typer.Context, event_id: Event, reason: Why, provider: Provider = "stripe") -> None:
    """Say that an event is none of ours."""
    with connected(context) as (client, console):
        found = client.call("POST", f"{_path(provider, event_id)}/ruling", json={"reason": reason})
        show(console, "Payment event", found)


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
    with connected(context) as (client, console):
        if event_id is not None:
            found = client.call("POST", f"{_path(provider, event_id)}/replay")
            console.print(f"queued {found['event_id']}, which was {found['status']}")
        elif within:
            body = {"received_from": _instant(first), "received_to": _instant(last)}
            _replay_all(console, lambda cursor: _replayed(client, "/payment-replays", {**body, "cursor": cursor}))
        else:
            _replay_dead_letters(client, console)


def _replay_dead_letters(client: OpsClient, console: Console) -> None:
    def some(_cursor: str | None) -> dict[str, Any]:
        replayed = _replayed(client, "/payment-replays/dead-letters", {})
        return {**replayed, "next_cursor": "more" if replayed["queued"] else None}

    _replay_all(console, some)


def _replayed(client: OpsClient, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return client.call("POST", path, json=body)


def _replay_all(console: Console, some: Callable[[str | None], dict[str, Any]]) -> None:
    queued = left_out = 0
    cursor: str | None = None
    while True:
        replayed = some(cursor)
        queued, left_out = queued + replayed["queued"], left_out + replayed["left_out"]
        if replayed["queued"]:
            console.print(f"{queued} queued …")
        cursor = replayed["next_cursor"]
        if cursor is None:
            break
    console.print(f"{queued} events queued, {left_out} left out")


def _list_shelf(client: OpsClient, console: Console, shelf: str, limit: int, *, as_json: bool) -> None:
    rows: list[Mapping[str, object]] = []
    cursor: str | None = None
    while len(rows) < limit:
        query = {"shelf": shelf, "limit": min(100, limit - len(rows)), "cursor": cursor}
        page = client.call("GET", "/payments", query=query)
        rows += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    more = " (and more)" if cursor else ""
    _tell_list(console, f"{len(rows)} payment events, {shelf}{more}", COLUMNS, rows, as_json=as_json)


def _tell(console: Console, title: str, values: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        console.print_json(data=values)
    else:
        show(console, title, values)


def _tell_list(
    console: Console, title: str, columns: list[str], rows: list[Mapping[str, object]], *, as_json: bool
) -> None:
    if as_json:
        console.print_json(data=rows)
    else:
        show_list(console, title, columns, rows)


def _path(provider: str, event_id: str) -> str:
    return f"/payments/{segment(provider)}/{segment(event_id)}"


def _instant(text: str | None) -> str:
    try:
        instant = datetime.fromisoformat(text or "")
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise typer.BadParameter("give --from and --to with their zone, as in 2026-12-01T00:00:00Z")
    return instant.isoformat()
