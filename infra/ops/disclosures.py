"""`allmytracks disclosures …`"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from allmytracks.disclosures.rules import Basis
from allmytracks.foundation.instants import rfc3339
from infra.ops.commands import Commands, Yes, segment
from infra.ops.telling import connected, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("The register of disclosures of members' data, which each member sees.")
BasisOption = Annotated[
    Basis,
    typer.Option(metavar="<basis>", help=f"The agreement's ground, on record. One of: {', '.join(Basis)}."),
]
COLUMNS = ["disclosure_id", "at", "to", "what", "why", "basis", "recorded_by", "recorded_at"]


@app.command()
def record(
    context: typer.Context,
    account_id: str,
    to: Annotated[str, typer.Option(help="Who got the data.")],
    what: Annotated[str, typer.Option(help="Which kinds of data; never the data themselves.")],
    why: Annotated[str, typer.Option(help="The reason, with an authority's reference.")],
    basis: BasisOption,
    at: Annotated[datetime | None, typer.Option(help="When it was made, in UTC; now if not given.")] = None,
    *,
    yes: Yes = False,
) -> None:
    """Record a disclosure that was made; the member sees it, and it cannot be taken back."""
    require_yes(context, f"Record for account {account_id} that {to} got: {what}?", yes=yes)
    made = (at or datetime.now(UTC)).replace(tzinfo=UTC)
    form = {"at": rfc3339(made), "to": to, "what": what, "why": why, "basis": basis.value}
    with connected(context) as client:
        done = client.call("POST", f"/accounts/{segment(account_id)}/disclosures", json=form)
    tell(context, done, Fields("Disclosure", done))


@app.command("list")
def list_disclosures(context: typer.Context, account_id: str) -> None:
    """List the disclosures of an account's data, the latest first."""
    with connected(context) as client:
        rows = client.call("GET", f"/accounts/{segment(account_id)}/disclosures")["items"]
    tell(context, rows, Rows(counted(len(rows), "disclosure"), COLUMNS, rows))
