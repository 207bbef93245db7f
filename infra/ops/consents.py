"""`allmytracks consents …`"""

from __future__ import annotations

import typer

from infra.ops.commands import Commands, segment
from infra.ops.telling import connected, tell
from infra.ops.writing import Rows

app = Commands("What accounts accepted and consent to.")
ACCEPTED_COLUMNS = ["agreement", "version", "accepted_at", "source_ip"]
CONSENT_COLUMNS = ["id", "given", "version", "changed_at"]


@app.command("show")
def show_consents(context: typer.Context, account_id: str) -> None:
    """Show which agreements an account accepted, and whether each optional consent is given, and since when."""
    with connected(context) as client:
        file = client.call("GET", f"/accounts/{segment(account_id)}")
    tell(
        context,
        {name: file[name] for name in ("account_id", "acceptances", "consents")},
        Rows("Accepted", ACCEPTED_COLUMNS, file["acceptances"], "acceptance"),
        Rows("Consents", CONSENT_COLUMNS, file["consents"], "consent"),
    )
