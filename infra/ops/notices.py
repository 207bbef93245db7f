"""`allmytracks notices …`"""

from __future__ import annotations

from typing import Annotated

import typer

from allmytracks.notices.rules_delivery import ResumingReason
from infra.ops.commands import Commands, Limit, reason_option, segment
from infra.ops.telling import connected, paged, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("Notices to members: whom mail does not reach.")
UNDELIVERED_COLUMNS = ["account_id", "failure", "at", "notice_id"]


@app.command("undelivered")
def list_undelivered(context: typer.Context, limit: Limit = 50) -> None:
    """List accounts whose mail fails, the latest failure first; their notices are in their inbox alone."""
    with connected(context) as client:
        rows, more = paged(client, "/mail-failures", limit)
    title = f"{counted(len(rows), 'account', more=more)} that mail does not reach"
    tell(context, rows, Rows(title, UNDELIVERED_COLUMNS, rows))


@app.command("resume")
def resume(
    context: typer.Context,
    account_id: str,
    reason: Annotated[ResumingReason, reason_option(ResumingReason, "On record.")],
) -> None:
    """Let mail go to an account again, whose address can receive it now."""
    with connected(context) as client:
        path = f"/accounts/{segment(account_id)}/mail-resumption"
        resumed = client.call("POST", path, json={"reason": reason.value})
    tell(context, resumed, Fields("Its last failure", resumed))
