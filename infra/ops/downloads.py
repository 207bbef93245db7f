"""`allmytracks downloads …`"""

from __future__ import annotations

import typer

from allmytracks.accounts.rules_reasons import Reason
from infra.ops.commands import AgainstReason, Commands, InFavourReason, Yes, segment
from infra.ops.telling import connected, require_yes, tell
from infra.ops.writing import Fields, Rows

app = Commands("Downloads: where their links went, and their end.")
LINK_COLUMNS = ["link_id", "issued_at", "source_ip", "user_agent"]


@app.command("show")
def show_download(context: typer.Context, account_id: str, download_id: str) -> None:
    """Show a download, and when, to which address and device each of its links went."""
    _ask(context, "GET", account_id, download_id)


@app.command("renew-links")
def renew_links(context: typer.Context, account_id: str, download_id: str, reason: InFavourReason) -> None:
    """Let a download have its full number of new links again."""
    _ask(context, "POST", account_id, download_id, "/links", reason)


@app.command()
def revoke(
    context: typer.Context, account_id: str, download_id: str, reason: AgainstReason, *, yes: Yes = False
) -> None:
    """Give a download no more links; those that are out end within minutes."""
    require_yes(context, f"Revoke download {download_id} for good?", yes=yes)
    _ask(context, "POST", account_id, download_id, "/revocation", reason)


def _ask(
    context: typer.Context, method: str, account_id: str, download_id: str, what: str = "", reason: Reason | None = None
) -> None:
    path = f"/accounts/{segment(account_id)}/downloads/{segment(download_id)}{what}"
    with connected(context) as client:
        file = client.call(method, path, json={"reason": reason.value} if reason else None)
    tell(context, file, Fields("Download", file["download"]), Rows("Links", LINK_COLUMNS, file["links"], "link"))
