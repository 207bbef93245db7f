"""`allmytracks verify`"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from infra.ops.telling import tell


def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The letter: its PDF, or its JWS.")],
    keys: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The saved /.well-known/jwks.json.")],
    status_list: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The saved /v1/status-list.")
    ] = None,
) -> None:
    """Check a licence letter offline.

    Ends with 0 where it is valid; with 4 where it is altered, revoked, superseded, no letter, or a mere statement of
    the record; with 1 where the status list does not tell. `finding` in the JSON document tells them apart.
    """
    from infra.ops.verifying import EXITS, checked, parts_of, read_keys

    report = checked(file.read_bytes(), read_keys(keys), status_list, datetime.now(UTC))
    tell(context, asdict(report), *parts_of(report))
    raise typer.Exit(EXITS[report.finding])
