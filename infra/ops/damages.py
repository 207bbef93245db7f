"""`allmytracks damages …`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from allmytracks.licenses.states.rules import RevocationReason
from infra.ops.commands import Commands, DryRun, Yes, reason_option, segment
from infra.ops.differences import difference
from infra.ops.errors import OpsError
from infra.ops.telling import connected, require_yes, tell, warn
from infra.ops.writing import Fields, Rows, counted

if TYPE_CHECKING:
    from infra.ops.client import OpsClient

app = Commands("Liquidated damages, and all that is done about use beyond a licence.")
COLUMNS = [
    "damages_id",
    "amount",
    "currency",
    "pieces",
    "licenses",
    "reason",
    "reference",
    "recorded_by",
    "recorded_at",
]

AmountOption = Annotated[int, typer.Option(help="US cents; at least 200000 (2,000 dollars) a piece of music.")]
TracksOption = Annotated[list[str] | None, typer.Option("--track", help="A piece of music; may be given again.")]
LicensesOption = Annotated[list[str] | None, typer.Option("--license", help="Or a licence for it.")]
WhyOption = Annotated[RevocationReason, reason_option(RevocationReason, "On record.")]
ReferenceOption = Annotated[str | None, typer.Option(help="Tells apart claims that are otherwise alike.")]
Step = tuple[str, str, dict[str, Any]]


@app.command()
def record(
    context: typer.Context,
    account_id: str,
    amount: AmountOption,
    reason: WhyOption = RevocationReason.OUT_OF_SCOPE_USE,
    track: TracksOption = None,
    license_: LicensesOption = None,
    reference: ReferenceOption = None,
    *,
    yes: Yes = False,
) -> None:
    """Record damages; the same claim again is recorded once."""
    require_yes(context, f"Record damages of {amount} US cents against account {account_id}?", yes=yes)
    with connected(context) as client:
        form = _form(amount, reason, track, license_, reference)
        done = client.call("POST", f"/accounts/{segment(account_id)}/damages", json=form)
    tell(context, done, Fields("Damages", done))


@app.command("list")
def list_damages(context: typer.Context, account_id: str) -> None:
    """List an account's damages."""
    with connected(context) as client:
        rows = client.call("GET", f"/accounts/{segment(account_id)}/damages")["items"]
    tell(context, rows, Rows(counted(len(rows), "claim"), COLUMNS, rows))


@app.command()
def enforce(
    context: typer.Context,
    account_id: str,
    licenses: Annotated[list[str], typer.Argument(help="The licences that were exceeded.")],
    amount: AmountOption,
    reason: WhyOption = RevocationReason.OUT_OF_SCOPE_USE,
    reference: ReferenceOption = None,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Record damages, revoke the licences, ban the account for good and end its membership (M-III.10).

    Each step is reported; the first that fails ends the command. Run it again to go on: what is done is not done twice.
    """
    if dry_run:
        with connected(context) as client:
            before, after = _changes(client, account_id, licenses, amount)
        tell(context, {"before": before, "after": after}, *difference(before, after))
        return
    require_yes(
        context,
        f"Record damages of {amount} US cents, revoke {counted(len(licenses), 'licence')}, ban account {account_id} "
        "and end its membership?",
        yes=yes,
    )
    account, why = f"/accounts/{segment(account_id)}", {"reason": reason.value}
    form = _form(amount, reason, None, licenses, reference)
    steps: list[Step] = [("damages are on record", f"{account}/damages", form)]
    steps += [(f"licence {each} is revoked", f"/licenses/{segment(each)}/revocation", why) for each in licenses]
    steps.append(("the account is banned", f"{account}/measures", {"measure": "ban", **why}))
    steps.append(("the membership is ended", f"{account}/cancellation", why))
    with connected(context) as client:
        _take(context, client, steps)


def _take(context: typer.Context, client: OpsClient, steps: list[Step]) -> None:
    """Each step after the other; a membership that ended already is as it should be."""
    done: list[str] = []
    for place, (told, path, form) in enumerate(steps):
        try:
            client.call("POST", path, json=form)
        except OpsError as error:
            if error.code != "nothing_to_end":
                left = "; ".join(name for name, *_ in steps[place:])
                tell(context, {"done": done}, *(f"done {each}" for each in done))
                warn(
                    context,
                    f"stopped: {error} Not so yet: {left}. Run the command again.",
                    code=error.code,
                    status=error.status,
                )
                raise typer.Exit(error.exit_code) from None
        done.append(told)
    tell(context, {"done": done}, *(f"done {each}" for each in done))


def _changes(
    client: OpsClient, account_id: str, licenses: list[str], amount: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the account and its licences are, and would be. Raises OpsError."""
    account = client.call("GET", f"/accounts/{segment(account_id)}")
    claims = client.call("GET", f"/accounts/{segment(account_id)}/damages")["items"]
    states = {each: client.call("GET", f"/licenses/{segment(each)}")["public"]["status"] for each in licenses}
    running = {each["order_id"]: each["status"] for each in account["orders"] if each["status"] in {"active", "paid"}}
    before: dict[str, Any] = {
        "account": account["account_id"],
        "status": account["status"],
        "orders": running,
        "licenses": states,
        "damages": [each["amount"] for each in claims],
    }
    after = {
        **before,
        "status": "banned",
        "orders": dict.fromkeys(running, "cancelled"),
        "licenses": dict.fromkeys(states, "revoked"),
        "damages": [*before["damages"], amount],
    }
    return before, after


def _form(
    amount: int,
    reason: RevocationReason,
    tracks: list[str] | None,
    licenses: list[str] | None,
    reference: str | None,
) -> dict[str, Any]:
    return {
        "amount": amount,
        "reason": reason.value,
        "tracks": tracks or [],
        "licenses": licenses or [],
        "reference": reference,
    }
