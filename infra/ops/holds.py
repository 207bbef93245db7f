"""`allmytracks holds …`"""

from __future__ import annotations

from typing import Annotated

import typer

from allmytracks.privacy.rules_holds import SETTING, HoldReason
from infra.ops.commands import Commands, Yes, one_reason_of, reason_option, segment
from infra.ops.telling import connected, require_yes, tell
from infra.ops.writing import Fields, Rows, counted

app = Commands("Legal holds: erasure and retention leave what a hold names until it is lifted.")
COLUMNS = ["hold_id", "reason", "set_at", "kinds"]


@app.command("list")
def list_holds(context: typer.Context, account_id: str) -> None:
    """List the holds of an account."""
    with connected(context) as client:
        found = client.call("GET", f"/accounts/{segment(account_id)}/holds")["items"]
    tell(context, found, Rows(counted(len(found), "hold"), COLUMNS, found))


@app.command("set")
def set_hold(
    context: typer.Context,
    account_id: str,
    reason: Annotated[HoldReason, one_reason_of(SETTING, "On record.")],
    kind: Annotated[list[str] | None, typer.Option(help="A kind of record, or several. Default: all.")] = None,
) -> None:
    """Hold records of an account."""
    with connected(context) as client:
        body = {"reason": reason.value, "kinds": kind or []}
        hold = client.call("POST", f"/accounts/{segment(account_id)}/holds", json=body)
    tell(context, hold, Fields("Hold", hold))


@app.command("lift")
def lift_hold(
    context: typer.Context,
    account_id: str,
    hold_id: str,
    reason: Annotated[HoldReason, reason_option(HoldReason, "On record.")],
    *,
    yes: Yes = False,
) -> None:
    """Lift a hold; what a closed account still has is then erased."""
    require_yes(context, f"Lift hold {hold_id} of account {account_id}?", yes=yes)
    with connected(context) as client:
        path = f"/accounts/{segment(account_id)}/holds/{segment(hold_id)}/end"
        left = client.call("POST", path, json={"reason": reason.value})["items"]
    tell(context, left, Rows(counted(len(left), "hold") + " left", COLUMNS, left))
