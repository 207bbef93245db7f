"""`allmytracks damages …`"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from allmytracks.licenses.states.rules import RevocationReason
from infra.ops.client import OpsClient, OpsError
from infra.ops.telling import FAILED, connected, session_of, show, show_list
from infra.ops.tracks import segment

app = typer.Typer(no_args_is_help=True, help="Liquidated damages, and all that is done about use beyond a licence.")
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
WhyOption = Annotated[RevocationReason, typer.Option("--reason", help="Why; it is on record.")]
ReferenceOption = Annotated[str | None, typer.Option(help="Tells apart claims that are otherwise alike.")]


@app.command()
def record(
    context: typer.Context,
    account_id: str,
    amount: AmountOption,
    reason: WhyOption = RevocationReason.OUT_OF_SCOPE_USE,
    track: TracksOption = None,
    license_: LicensesOption = None,
    reference: ReferenceOption = None,
) -> None:
    """Record damages; the same claim again is recorded once."""
    with connected(context) as (client, console):
        form = _form(amount, reason, track, license_, reference)
        show(console, "Damages", client.call("POST", f"/accounts/{segment(account_id)}/damages", json=form))


@app.command("list")
def list_damages(context: typer.Context, account_id: str) -> None:
    """List an account's damages."""
    with connected(context) as (client, console):
        found = client.call("GET", f"/accounts/{segment(account_id)}/damages")["items"]
        show_list(console, f"{len(found)} claims", COLUMNS, list(found))


@app.command()
def enforce(
    context: typer.Context,
    account_id: str,
    licenses: Annotated[list[str], typer.Argument(help="The licences that were exceeded.")],
    amount: AmountOption,
    reason: WhyOption = RevocationReason.OUT_OF_SCOPE_USE,
    reference: ReferenceOption = None,
) -> None:
    """Record damages, revoke the licences, ban the account for good and end its membership (M-III.10).

    Each step is told; the first that fails ends the command. Run it again to go on: what is done is not done twice.
    """
    with connected(context) as (client, _):
        account, why = f"/accounts/{segment(account_id)}", {"reason": reason.value}
        form = _form(amount, reason, None, licenses, reference)
        posts: list[tuple[str, str, dict[str, Any]]] = [("damages are on record", f"{account}/damages", form)]
        posts += [(f"licence {each} is revoked", f"/licenses/{segment(each)}/revocation", why) for each in licenses]
        posts.append(("the account is banned", f"{account}/measures", {"measure": "ban", **why}))
        posts.append(("the membership is ended", f"{account}/cancellation", why))
        _take(context, client, posts)


def _take(context: typer.Context, client: OpsClient, posts: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Each step after the other; a membership that ended already is as it should be."""
    session = session_of(context)
    for place, (told, path, form) in enumerate(posts):
        try:
            client.call("POST", path, json=form)
        except OpsError as error:
            if error.code != "nothing_to_end":
                left = "; ".join(name for name, *_ in posts[place:])
                session.errors.print(f"[red]stopped: {error}[/]\nnot so yet: {left}. Run the command again.")
                raise typer.Exit(FAILED) from None
        session.console.print(f"[green]done[/] {told}")


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
