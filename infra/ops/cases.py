"""`allmytracks cases …`"""

from __future__ import annotations

from typing import Annotated

import typer

from allmytracks.accounts.rules_reasons import Reason
from allmytracks.enforcement.rules_cases import CaseOutcome, CaseStatus
from infra.ops.telling import connected, show, show_list
from infra.ops.tracks import segment

app = typer.Typer(no_args_is_help=True, help="Cases: what anti-fraud found and an operator decides.")
COLUMNS = ["case_id", "kind", "account_id", "opened_at", "evidence", "outcome"]


@app.command("list")
def list_cases(
    context: typer.Context,
    status: Annotated[CaseStatus, typer.Option(help="Which ones.")] = CaseStatus.OPEN,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
) -> None:
    """List cases, newest first."""
    with connected(context) as (client, console):
        rows: list[dict[str, object]] = []
        cursor: str | None = None
        while len(rows) < limit:
            query = {"status": status.value, "limit": min(100, limit - len(rows)), "cursor": cursor}
            page = client.call("GET", "/cases", query=query)
            rows += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        show_list(console, f"{len(rows)} cases, {status.value}", COLUMNS, list(rows))


@app.command("show")
def show_case(context: typer.Context, case_id: str) -> None:
    """Show a case, and where its account stands."""
    with connected(context) as (client, console):
        show(console, "Case", client.call("GET", f"/cases/{segment(case_id)}"))


@app.command("close")
def close_case(
    context: typer.Context,
    case_id: str,
    outcome: Annotated[CaseOutcome, typer.Option(help="What was found.")],
    reason: Annotated[Reason, typer.Option(help="Why; it is on record.")],
) -> None:
    """Close a case. To lift a restriction or ban the account, see `allmytracks accounts`."""
    body = {"outcome": outcome.value, "reason": reason.value}
    with connected(context) as (client, console):
        show(console, "Case", client.call("POST", f"/cases/{segment(case_id)}/decision", json=body))
