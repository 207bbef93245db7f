"""`allmytracks imports …`"""

from __future__ import annotations

import typer

from infra.ops.commands import Commands, segment
from infra.ops.telling import connected, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("Imports of tracks.")


@app.command("show")
def show_import(context: typer.Context, import_id: str) -> None:
    """Show an import's status, and every refused file with its reason."""
    with connected(context) as client:
        record = client.call("GET", f"/imports/{segment(import_id)}")
    rows = [{"file": name, "reason": reason} for name, reason in record["reasons"].items()]
    values = {name: value for name, value in record.items() if name != "reasons"}
    refused = Rows(f"{counted(len(rows), 'file')} refused", ["file", "reason"], rows, "refused")
    tell(context, record, Fields("Import", values), refused)
