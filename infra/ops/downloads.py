"""`allmytracks downloads …`"""

from __future__ import annotations

from typing import Annotated

import typer

from allmytracks.accounts.rules_reasons import Reason
from infra.ops.telling import connected, show, show_list
from infra.ops.tracks import segment

app = typer.Typer(no_args_is_help=True, help="Downloads: where their links went, and their end.")
LINK_COLUMNS = ["link_id", "issued_at", "source_ip", "user_agent"]

WhyOption = Annotated[Reason, typer.Option("--reason", help="Why; it is on record.")]


@app.command("show")
def show_download(context: typer.Context, account_id: str, download_id: str) -> None:
    """Show a download, and when, to which address and device each of its links went."""
    _ask(context, "GET", account_id, download_id)


@app.command()
def renew_links(context: typer.Context, account_id: str, download_id: str, reason: WhyOption) -> None:
    """Let a download have its full number of new links again."""
    _ask(context, "POST", account_id, download_id, "/links", reason)


@app.command()
def revoke(context: typer.Context, account_id: str, download_id: str, reason: WhyOption) -> None:
    """Give a download no more links; those that are out end within minutes."""
    _ask(context, "POST", account_id, download_id, "/revocation", reason)


def _ask(
    context: typer.Context, method: str, account_id: str, download_id: str, what: str = "", reason: Reason | None = None
) -> None:
    path = f"/accounts/{segment(account_id)}/downloads/{segment(download_id)}{what}"
    with connected(context) as (client, console):
        file = client.call(method, path, json={"reason": reason.value} if reason else None)
        show(console, "Download", file["download"])
        show_list(console, "Links", LINK_COLUMNS, file["links"])
