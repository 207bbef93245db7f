"""`allmytracks approvals …`: acts that need two operators."""

from __future__ import annotations

import json

import typer

from infra.ops.commands import Commands, Limit, Yes, segment
from infra.ops.telling import connected, paged, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("Acts that another operator asked for, and a second one approves.")
COLUMNS = ["approval_id", "act", "subject", "requested_by", "requested_at", "valid_until"]


@app.command("list")
def list_approvals(context: typer.Context, limit: Limit = 50) -> None:
    """List what waits for a second operator, oldest first."""
    with connected(context) as client:
        rows, more = paged(client, "/approvals", limit, {})
    tell(context, rows, Rows(counted(len(rows), "request", more=more), COLUMNS, rows))


@app.command("show")
def show_approval(context: typer.Context, approval_id: str) -> None:
    """Show a request: what is to be done, who asked, who decided."""
    with connected(context) as client:
        found = client.call("GET", f"/approvals/{segment(approval_id)}")
    tell(context, found, Fields("Request", found))


@app.command("approve")
def approve(context: typer.Context, approval_id: str, *, yes: Yes = False) -> None:
    """Approve what another operator asked for, and do it; again after a failure in between."""
    path = f"/approvals/{segment(approval_id)}"
    with connected(context) as client:
        asked = client.call("GET", path)
        require_yes(context, f"Do {asked['act']} on {asked['subject']} with {asked['body']}?", yes=yes)
        client.call("POST", f"{path}/approval")
        form = json.loads(asked["body"])
        done = client.call(asked["method"], asked["path"], json=form)
        while done.get("next_cursor") is not None:
            done = client.call(asked["method"], asked["path"], json={**form, **_place(done)})
    tell(context, done, Fields("Done", done))


@app.command("refuse")
def refuse(context: typer.Context, approval_id: str) -> None:
    """Refuse what was asked for, or take your own request back."""
    with connected(context) as client:
        done = client.call("POST", f"/approvals/{segment(approval_id)}/refusal")
    tell(context, done, Fields("Request", done))


def _place(part: dict[str, object]) -> dict[str, object]:
    return {"run": part["run"], "cursor": part["next_cursor"]}
