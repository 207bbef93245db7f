"""`allmytracks audit …`"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from infra.ops.commands import Commands, Limit
from infra.ops.telling import connected, paged, tell
from infra.ops.writing import Rows, counted

app = Commands("The log of operators' acts, which nobody can change.")
COLUMNS = ["at", "act", "subject", "reason", "operator", "source_ip"]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day (UTC); today if it is left out.")]


@app.command("list")
def list_acts(
    context: typer.Context,
    since: Day = None,
    until: Day = None,
    subject: Annotated[str | None, typer.Option(help="An account, order, licence … that acts were on.")] = None,
    operator: Annotated[str | None, typer.Option(help="A part of the operator's AWS identity.")] = None,
    act: Annotated[str | None, typer.Option(help="The name of an act, as in account_measure_ban.")] = None,
    limit: Limit = 50,
) -> None:
    """List acts of a day or of several, newest first."""
    first = since.date() if since else datetime.now(UTC).date()
    day = until.date() if until else max(first, datetime.now(UTC).date())
    wanted = {name: value for name, value in (("subject", subject), ("operator", operator), ("act", act)) if value}
    rows: list[dict[str, object]] = []
    more = False
    with connected(context) as client:
        while day >= first and len(rows) < limit:
            found, more = paged(client, "/audit", limit - len(rows), {"day": day.isoformat(), **wanted})
            rows += found
            day -= timedelta(days=1)
    more = more or day >= first
    tell(context, rows, Rows(counted(len(rows), "act", more=more), COLUMNS, rows))
