"""The command line `allmytracks`: operators' work through the operators' API."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from infra.ops import accounts, cases, certificates, damages, downloads, licenses, orders, payments, register, tracks
from infra.ops.client import LOCAL_URL, connect
from infra.ops.telling import Session, connected, show, show_list
from infra.ops.tracks import segment
from infra.ops.verifying import verify

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
imports = typer.Typer(no_args_is_help=True, help="Imports of tracks.")
GROUPS = {
    "tracks": tracks.app,
    "accounts": accounts.app,
    "cases": cases.app,
    "downloads": downloads.app,
    "orders": orders.app,
    "payments": payments.app,
    "licenses": licenses.app,
    "damages": damages.app,
    "certificates": certificates.app,
    "imports": imports,
    "register": register.app,
}
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


app.command()(verify)


@app.callback()
def start(
    context: typer.Context,
    api_url: Annotated[str, typer.Option(envvar="ALLMYTRACKS_OPS_URL", help="The stack's output OpsUrl.")] = LOCAL_URL,
) -> None:
    """Signs with your AWS identity (AWS_PROFILE, …); for the local cloud with its own."""
    if context.obj is None:
        context.obj = Session(lambda: connect(api_url), Console(), Console(stderr=True))


@imports.command("show")
def show_import(context: typer.Context, import_id: str) -> None:
    """Show how an import stands, and every refused file with its reason."""
    with connected(context) as (client, console):
        record = client.call("GET", f"/imports/{segment(import_id)}")
        reasons = record.pop("reasons")
        show(console, "Import", record)
        rows = [{"file": name, "reason": reason} for name, reason in reasons.items()]
        show_list(console, "Refused", ["file", "reason"], list(rows))


@app.command()
def publish(
    context: typer.Context,
    kind: Annotated[Literal["plans", "agreements", "name-rules", "fraud-rules", "taxes"], typer.Argument()],
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="TOML; the files in config/ show the forms."),
    ],
) -> None:
    """Publish prices, taxes, agreements, or rules for names or against fraud; each holds from its `effective_at` on."""
    with connected(context) as (client, console):
        for publication in publications_in(file):
            client.call("POST", "/publications", json={"kind": kind, **publication})
            console.print(f"published {kind} {publication['version']}, effective {publication['effective_at']}")


def publications_in(file: Path) -> list[dict[str, Any]]:
    """The publications of a file: one (version, effective_at, body), or several under `publications`.

    Raises typer.BadParameter.
    """
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} is no TOML file: {error}") from None
    found = []
    for each in document.get("publications", [document]):
        effective_at = each.get("effective_at")
        if not isinstance(each.get("version"), str) or not isinstance(effective_at, datetime) or "body" not in each:
            raise typer.BadParameter(f"{file}: each publication has version (text), effective_at (a time) and body")
        if effective_at.tzinfo is None:
            raise typer.BadParameter(f"{file}: effective_at needs its zone, as in 2026-11-01T00:00:00Z")
        found.append({"version": each["version"], "effective_at": effective_at.isoformat(), "body": each["body"]})
    return found


def main() -> None:
    """Runs the command line."""
    app()
