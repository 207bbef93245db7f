"""`allmytracks retention …`"""

from __future__ import annotations

import typer

from infra.ops.commands import Commands
from infra.ops.telling import connected, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("How long each kind of stored record is kept, by which law.")
COLUMNS = ["kind", "store", "days", "by", "then", "applied", "held", "why"]


@app.command("show")
def show_retention(context: typer.Context) -> None:
    """Show each kind of record with its term and law, and what the last pass deleted or left for legal holds."""
    with connected(context) as client:
        shown = client.call("GET", "/retention")
    rows = shown["items"]
    tell(
        context,
        shown,
        Fields("Last pass", {name: shown[name] for name in ("begun_at", "finished_at", "looked_at", "undeclared")}),
        Rows(counted(len(rows), "kind"), COLUMNS, rows),
    )
