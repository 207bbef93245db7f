"""`allmytracks publish …`, and what is published."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from infra.ops.commands import Yes
from infra.ops.telling import connected, require_yes, tell
from infra.ops.writing import counted

Kind = Literal["plans", "agreements", "name-rules", "fraud-rules", "taxes"]


def publish(
    context: typer.Context,
    kind: Annotated[Kind, typer.Argument()],
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="TOML; the files in config/ show the forms."),
    ],
    *,
    yes: Yes = False,
) -> None:
    """Publish prices, taxes, agreements, or rules for names or against fraud; each holds from its `effective_at` on."""
    found = publications_in(file)
    versions = ", ".join(each["version"] for each in found)
    require_yes(context, f"Publish {counted(len(found), 'version')} of {kind} for good ({versions})?", yes=yes)
    with connected(context) as client:
        done = [client.call("POST", "/publications", json={"kind": kind, **each}) for each in found]
    lines = [f"published {kind} {each['version']}, effective {each['effective_at']}" for each in found]
    tell(context, done, *lines)


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
