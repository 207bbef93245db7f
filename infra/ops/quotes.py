"""`allmytracks quotes …`"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.ops.commands import Commands, InFavourReason, WithdrawingReason, Yes, segment
from infra.ops.telling import connected, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

COLUMNS = ["order_id", "status", "amount", "currency", "quoted_at", "valid_until"]
USUAL_DAYS = 14
LINK_COLUMNS = ["track_id", "link_id", "issued_at", "source_ip", "user_agent"]

app = Commands("Quotes of special licences, for what the rights matrix does not give.")


@app.command("make")
def make_quote(
    context: typer.Context,
    account_id: str,
    terms: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="A TOML file with its terms.")],
    amount: Annotated[int, typer.Option(min=1, help="Its price in the currency's minor unit, as price lists give it.")],
    currency: Annotated[str, typer.Option(help="ISO 4217, as in USD.")],
    valid_until: Annotated[
        datetime | None, typer.Option(help=f"Until when it can be accepted (UTC); usually {USUAL_DAYS} days from now.")
    ] = None,
) -> None:
    """Quote a special licence to an account: the member reads, accepts and pays it, and gets its letter.

    The file names licensee, purpose, tracks, projects, territory, period, scope, and what else its letter states; the
    page docs/special-licences.md has one of each kind.
    """
    until = (valid_until or datetime.now(UTC) + timedelta(days=USUAL_DAYS)).replace(microsecond=0, tzinfo=UTC)
    try:
        stated = tomllib.loads(terms.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{terms} is no TOML: {error}") from None
    body = {"terms": stated, "amount": amount, "currency": currency, "valid_until": until.isoformat()}
    with connected(context) as client:
        quote = client.call("POST", f"/accounts/{segment(account_id)}/quotes", json=body)
    _tell(context, quote)


@app.command("list")
def list_quotes(context: typer.Context, account_id: str) -> None:
    """List an account's quotes, newest first."""
    with connected(context) as client:
        rows = client.call("GET", f"/accounts/{segment(account_id)}/quotes")["items"]
    tell(context, rows, Rows(counted(len(rows), "quote"), COLUMNS, rows))


@app.command("show")
def show_quote(context: typer.Context, order_id: str) -> None:
    """Show a quote with its terms."""
    with connected(context) as client:
        quote = client.call("GET", f"/quotes/{segment(order_id)}")
    _tell(context, quote)


@app.command("withdraw")
def withdraw_quote(context: typer.Context, order_id: str, reason: WithdrawingReason, *, yes: Yes = False) -> None:
    """Withdraw a quote that is not paid; the member is notified."""
    require_yes(context, f"Withdraw quote {order_id}?", yes=yes)
    with connected(context) as client:
        quote = client.call("POST", f"/quotes/{segment(order_id)}/withdrawal", json={"reason": reason.value})
    _tell(context, quote)


@app.command("links")
def list_links(context: typer.Context, order_id: str) -> None:
    """Show when, to which address and device each link to the files of a special licence went."""
    with connected(context) as client:
        rows = client.call("GET", f"/quotes/{segment(order_id)}/links")["items"]
    tell(context, rows, Rows(counted(len(rows), "link"), LINK_COLUMNS, rows))


@app.command("renew-links")
def renew_links(context: typer.Context, order_id: str, reason: InFavourReason) -> None:
    """Let each track of a special licence have its full number of links again."""
    with connected(context) as client:
        rows = client.call("POST", f"/quotes/{segment(order_id)}/links", json={"reason": reason.value})["items"]
    tell(context, rows, Rows(counted(len(rows), "link"), LINK_COLUMNS, rows))


def _tell(context: typer.Context, quote: dict[str, Any]) -> None:
    shown = {key: value for key, value in quote.items() if key != "terms"}
    tell(context, quote, Fields("Quote", {**shown, **(quote["terms"] or {})}))
