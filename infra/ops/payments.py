"""`allmytracks payments …`"""

from __future__ import annotations

import typer

from infra.ops.reconciling import reconcile

app = typer.Typer(no_args_is_help=True, help="Payments: what the provider reports, and what it has on record.")


@app.callback()
def payments() -> None:
    """Payments: what the provider reports, and what it has on record."""


app.command("reconcile")(reconcile)
