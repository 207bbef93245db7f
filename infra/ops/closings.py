"""`allmytracks accounts closing …`"""

from __future__ import annotations

from typing import Annotated

import typer

from allmytracks.accounts.rules_closing import RefusalReason
from allmytracks.accounts.rules_reasons import CLOSING, Reason
from infra.ops.commands import Commands, Limit, Yes, one_reason_of, reason_option, segment
from infra.ops.telling import connected, paged, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("Applications to close an account, and closing one without.")
COLUMNS = ["account_id", "status", "applied_at", "forfeit", "reason"]


@app.command("list")
def list_closings(context: typer.Context, limit: Limit = 50) -> None:
    """List applications that wait for a decision, oldest first."""
    with connected(context) as client:
        rows, more = paged(client, "/closings", limit, {})
    tell(context, rows, Rows(counted(len(rows), "application", more=more), COLUMNS, rows))


@app.command("approve")
def approve_closing(context: typer.Context, account_id: str, *, yes: Yes = False) -> None:
    """Close an account whose member applied for it; what blocks it now refuses this."""
    require_yes(context, f"Close account {account_id}, and erase its data, for good?", yes=yes)
    _decide(context, account_id, {"outcome": "approve"})


@app.command("refuse")
def refuse_closing(
    context: typer.Context,
    account_id: str,
    reason: Annotated[RefusalReason, reason_option(RefusalReason, "On record, and told to the member.")],
) -> None:
    """Refuse an application; the account stays as it is."""
    _decide(context, account_id, {"outcome": "refuse", "reason": reason.value})


@app.command("start")
def close_account(
    context: typer.Context,
    account_id: str,
    reason: Annotated[Reason, one_reason_of(CLOSING, "On record, and told to the member.")],
    *,
    yes: Yes = False,
) -> None:
    """Close an account whose member did not apply for it; what was paid for ends with it."""
    require_yes(context, f"Close account {account_id}, and erase its data, for good?", yes=yes)
    with connected(context) as client:
        done = client.call("POST", f"/accounts/{segment(account_id)}/closing", json={"reason": reason.value})
    tell(context, done, Fields("Closing", done))


@app.command("end-service")
def end_service(context: typer.Context, *, yes: Yes = False) -> None:
    """Close every account, once the announced end of the service is past; run again, it closes what is left."""
    require_yes(context, "Close EVERY account, and erase its data, for good?", yes=yes)
    closed, cursor = 0, None
    with connected(context) as client:
        while True:
            done = client.call("POST", "/service-end", json={"cursor": cursor} if cursor else {})
            closed, cursor = closed + done["closed"], done["next_cursor"]
            if cursor is None:
                break
    tell(context, {"closed": closed}, Fields("Closed", {"accounts": closed}))


def _decide(context: typer.Context, account_id: str, body: dict[str, str]) -> None:
    with connected(context) as client:
        done = client.call("POST", f"/accounts/{segment(account_id)}/closing/decision", json=body)
    tell(context, done, Fields("Closing", done))
