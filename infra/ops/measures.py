"""`allmytracks accounts …`: measures on accounts, and demands of corrections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from allmytracks.accounts.rules_reasons import SUSPENDING, Reason
from infra.ops.commands import (
    AgainstReason,
    Commands,
    DryRun,
    InFavourReason,
    Yes,
    instant_with_zone,
    one_reason_of,
    segment,
)
from infra.ops.differences import difference
from infra.ops.telling import connected, require_yes, tell
from infra.ops.writing import Fields

app = Commands("Measures on accounts.")
Until = Annotated[str, typer.Option("--until", help="The end, with its zone: 2026-12-01T00:00:00Z.")]


@app.command("demand-correction")
def demand_correction(
    context: typer.Context,
    account_id: str,
    field: Annotated[list[str], typer.Option(help="What is untrue: country, display_name …; may be repeated.")],
    until: Until,
) -> None:
    """Have a member correct untrue data: restricted until that is accepted, suspended where it is not by then."""
    body = {"fields": field, "until": instant_with_zone(until, "--until")}
    _change(context, "POST", account_id, "corrections", body)


@app.command("accept-correction")
def accept_correction(context: typer.Context, account_id: str) -> None:
    """Accept what a member corrected: the restriction or suspension for untrue data ends."""
    _change(context, "DELETE", account_id, "corrections", None)


@app.command("take-off-text")
def take_off_text(
    context: typer.Context,
    account_id: str,
    field: Annotated[str, typer.Option(help="Which text: nickname, profile …")],
    reason: AgainstReason,
    *,
    yes: Yes = False,
) -> None:
    """Remove a text that breaks the rules; the member is notified which and why."""
    require_yes(context, f"Remove the {field} of account {account_id}?", yes=yes)
    _change(context, "POST", account_id, "texts", {"field": field, "reason": reason.value})


@app.command("demand-text-change")
def demand_text_change(
    context: typer.Context,
    account_id: str,
    field: Annotated[str, typer.Option(help="Which text: nickname, profile …")],
    reason: AgainstReason,
    until: Until,
) -> None:
    """Demand another text in place of one that breaks the rules; suspended where it is the same by then."""
    body = {"field": field, "reason": reason.value, "until": instant_with_zone(until, "--until")}
    _change(context, "POST", account_id, "texts", body)


@app.command()
def suspend(
    context: typer.Context,
    account_id: str,
    reason: Annotated[Reason, one_reason_of(SUSPENDING, "On record, and told to the member.")],
) -> None:
    """Suspend an account: its member signs in and reads, and nothing else, until it is reinstated."""
    _measure(context, account_id, "suspend", reason)


@app.command()
def reinstate(context: typer.Context, account_id: str, reason: InFavourReason) -> None:
    """Take a suspension back."""
    _measure(context, account_id, "reinstate", reason)


@app.command()
def restrict(context: typer.Context, account_id: str, reason: AgainstReason, until: Until) -> None:
    """Let an account download nothing until an instant."""
    _measure(context, account_id, "restrict", reason, until)


@app.command()
def extend(context: typer.Context, account_id: str, reason: AgainstReason, until: Until) -> None:
    """Let a restriction that is running last longer."""
    _measure(context, account_id, "extend", reason, until)


@app.command()
def lift(context: typer.Context, account_id: str, reason: InFavourReason) -> None:
    """End a restriction; the next download is granted again."""
    _measure(context, account_id, "lift", reason)


@app.command()
def ban(
    context: typer.Context, account_id: str, reason: AgainstReason, *, yes: Yes = False, dry_run: DryRun = False
) -> None:
    """Ban an account: no downloads, links, licences or orders any more."""
    if dry_run:
        _show_change(context, account_id, "banned")
        return
    require_yes(context, f"Ban account {account_id}?", yes=yes)
    _measure(context, account_id, "ban", reason)


@app.command()
def unban(context: typer.Context, account_id: str, reason: InFavourReason, *, dry_run: DryRun = False) -> None:
    """Take a ban back."""
    if dry_run:
        _show_change(context, account_id, "active")
        return
    _measure(context, account_id, "unban", reason)


@app.command()
def freeze(context: typer.Context, account_id: str, reason: AgainstReason, *, yes: Yes = False) -> None:
    """Freeze an account: every session ends, and nobody signs in until ownership is proved."""
    require_yes(context, f"Freeze account {account_id}?", yes=yes)
    _measure(context, account_id, "freeze", reason)


@app.command()
def unfreeze(context: typer.Context, account_id: str, reason: InFavourReason) -> None:
    """Open a frozen account again; its former sessions stay ended."""
    _measure(context, account_id, "unfreeze", reason)


def _measure(context: typer.Context, account_id: str, measure: str, reason: Reason, until: str | None = None) -> None:
    body: dict[str, str] = {"measure": measure, "reason": reason.value}
    if until is not None:
        body["until"] = instant_with_zone(until, "--until")
    with connected(context) as client:
        done = client.call("POST", f"/accounts/{segment(account_id)}/measures", json=body)
    tell(context, done, Fields("Account", done))


def _show_change(context: typer.Context, account_id: str, status: str) -> None:
    with connected(context) as client:
        file = client.call("GET", f"/accounts/{segment(account_id)}")
    before = {"account": file["account_id"], "status": file["status"]}
    after = {**before, "status": status}
    tell(context, {"before": before, "after": after}, *difference(before, after))


def _change(context: typer.Context, method: str, account_id: str, what: str, body: Mapping[str, object] | None) -> None:
    with connected(context) as client:
        done = client.call(method, f"/accounts/{segment(account_id)}/{what}", json=body)
    tell(context, done, Fields("Account", done))
