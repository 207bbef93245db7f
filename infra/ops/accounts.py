"""`allmytracks accounts …`"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from allmytracks.accounts.rules_reasons import Reason
from allmytracks.accounts.use_cases.authorise_user import AuthorisationReason
from infra.ops.telling import connected, show, show_list
from infra.ops.tracks import segment

app = typer.Typer(no_args_is_help=True, help="Accounts: what they are, and measures on them.")
ORDER_COLUMNS = ["order_id", "status", "plan", "term", "amount", "currency", "quoted_at"]

WhyOption = Annotated[Reason, typer.Option("--reason", help="Why; it is on record, and the member is told.")]
UntilOption = Annotated[str, typer.Option("--until", help="The end, with its zone: 2026-12-01T00:00:00Z.")]


@app.command("show")
def show_account(
    context: typer.Context,
    account_id: Annotated[str | None, typer.Argument()] = None,
    email: Annotated[str | None, typer.Option(help="Its address, instead of the id.")] = None,
) -> None:
    """Show an account, what it accepted, and its orders."""
    if (account_id is None) == (email is None):
        raise typer.BadParameter("give either an account's id or --email")
    with connected(context) as (client, console):
        if account_id is None:
            file = client.call("GET", "/accounts", query={"email": email})
        else:
            file = client.call("GET", f"/accounts/{segment(account_id)}")
        acceptances, placed = file.pop("acceptances"), file.pop("orders")
        show(console, "Account", file)
        show_list(console, "Accepted", ["agreement", "version", "accepted_at", "source_ip"], acceptances)
        show_list(console, "Orders", ORDER_COLUMNS, placed)


@app.command()
def authorise_user(
    context: typer.Context,
    account_id: str,
    name: Annotated[str, typer.Option(help="The further Designated User.")],
    reason: Annotated[AuthorisationReason, typer.Option(help="On which grounds; it is on record.")],
) -> None:
    """Let a Business account license to one more Designated User (beside its one end user)."""
    with connected(context) as (client, console):
        path = f"/accounts/{segment(account_id)}/designated-users"
        show(console, "End users", client.call("POST", path, json={"name": name, "reason": reason.value}))


@app.command()
def restrict(context: typer.Context, account_id: str, reason: WhyOption, until: UntilOption) -> None:
    """Let an account download nothing until an instant."""
    _measure(context, account_id, "restrict", reason, until)


@app.command()
def extend(context: typer.Context, account_id: str, reason: WhyOption, until: UntilOption) -> None:
    """Let a restriction that is running last longer."""
    _measure(context, account_id, "extend", reason, until)


@app.command()
def lift(context: typer.Context, account_id: str, reason: WhyOption) -> None:
    """End a restriction; the next download is granted again."""
    _measure(context, account_id, "lift", reason)


@app.command()
def ban(context: typer.Context, account_id: str, reason: WhyOption) -> None:
    """Ban an account: no downloads, links, licences or orders any more."""
    _measure(context, account_id, "ban", reason)


@app.command()
def unban(context: typer.Context, account_id: str, reason: WhyOption) -> None:
    """Take a ban back."""
    _measure(context, account_id, "unban", reason)


@app.command("cancel-membership")
def cancel_membership(context: typer.Context, account_id: str, reason: WhyOption) -> None:
    """End an account's membership at once, with all periods to come; the fee is not given back."""
    with connected(context) as (client, console):
        path = f"/accounts/{segment(account_id)}/cancellation"
        show(console, "Cancelled", client.call("POST", path, json={"reason": reason.value}))


@app.command("fees")
def sum_fees(context: typer.Context, account_id: str) -> None:
    """The sum of the fees that an account paid, by currency, in minor units: the most that can be owed to it."""
    with connected(context) as (client, console):
        fees = client.call("GET", f"/accounts/{segment(account_id)}/fees")["fees"]
        show_list(console, "Fees", ["currency", "orders", "paid", "returned", "kept"], fees)


def _measure(context: typer.Context, account_id: str, measure: str, reason: Reason, until: str | None = None) -> None:
    body: dict[str, str] = {"measure": measure, "reason": reason.value}
    if until is not None:
        body["until"] = _instant(until)
    with connected(context) as (client, console):
        show(console, "Account", client.call("POST", f"/accounts/{segment(account_id)}/measures", json=body))


def _instant(text: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise typer.BadParameter("give --until with its zone, as in 2026-12-01T00:00:00Z")
    return instant.isoformat()
