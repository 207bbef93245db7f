"""`allmytracks cases …`"""

from __future__ import annotations

from typing import Annotated

import typer

from allmytracks.accounts.rules_reasons import Reason
from allmytracks.enforcement.rules_cases import CaseOutcome, CaseStatus
from infra.ops.commands import Commands, Limit, reason_option, segment
from infra.ops.telling import connected, paged, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("Cases: what anti-fraud found and an operator decides.")
COLUMNS = ["case_id", "kind", "account_id", "opened_at", "evidence", "outcome"]


@app.command("list")
def list_cases(
    context: typer.Context,
    status: Annotated[CaseStatus, typer.Option(help="Which ones.")] = CaseStatus.OPEN,
    limit: Limit = 50,
) -> None:
    """List cases, newest first."""
    with connected(context) as client:
        rows, more = paged(client, "/cases", limit, {"status": status.value})
    tell(context, rows, Rows(f"{counted(len(rows), 'case', more=more)}, {status.value}", COLUMNS, rows))


@app.command("show")
def show_case(context: typer.Context, case_id: str) -> None:
    """Show a case, and its account's standing."""
    with connected(context) as client:
        case = client.call("GET", f"/cases/{segment(case_id)}")
    tell(context, case, Fields("Case", case))


@app.command("close")
def close_case(
    context: typer.Context,
    case_id: str,
    outcome: Annotated[CaseOutcome, typer.Option(help="What was found.")],
    reason: Annotated[Reason, reason_option(Reason, "On record.")],
) -> None:
    """Close a case. To lift a restriction or ban the account, see `allmytracks accounts`."""
    body = {"outcome": outcome.value, "reason": reason.value}
    with connected(context) as client:
        case = client.call("POST", f"/cases/{segment(case_id)}/decision", json=body)
    tell(context, case, Fields("Case", case))
