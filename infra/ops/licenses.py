"""`allmytracks licenses …`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from allmytracks.licenses.states.rules import RevocationReason, SupersessionReason
from infra.ops.commands import Commands, DryRun, Limit, Yes, instant, reason_option, segment
from infra.ops.errors import Exit, OpsError
from infra.ops.telling import connected, paged, progress, require_yes, tell, warn
from infra.ops.writing import Fields, Rows, counted

if TYPE_CHECKING:
    from infra.ops.client import OpsClient

app = Commands("Licences: what is on record, their revocation and correction.")
COLUMNS = ["number", "status", "issued_at", "title", "project"]

WhyOption = Annotated[RevocationReason, reason_option(RevocationReason, "On record, and told to the member.")]


@app.command("show")
def show_license(context: typer.Context, number: str) -> None:
    """Show everything on record of a licence."""
    with connected(context) as client:
        file = client.call("GET", f"/licenses/{segment(number)}")
    private = {name: value for name, value in file.items() if name != "public"}
    tell(context, file, Fields("Licence", {**file["public"], **private}))


@app.command("list")
def list_licenses(
    context: typer.Context,
    account: Annotated[str, typer.Option(help="Whose.")],
    limit: Limit = 50,
) -> None:
    """List an account's licences, newest first."""
    with connected(context) as client:
        rows, more = paged(client, f"/accounts/{segment(account)}/licenses", limit)
    tell(context, rows, Rows(counted(len(rows), "licence", more=more), COLUMNS, rows))


@app.command()
def revoke(
    context: typer.Context,
    reason: WhyOption,
    numbers: Annotated[list[str] | None, typer.Argument(help="Licences by their numbers.")] = None,
    account: Annotated[str | None, typer.Option(help="Instead: all of this account, since --since.")] = None,
    since: Annotated[str | None, typer.Option(help="2026-11-01, or an instant with its zone.")] = None,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Revoke licences for good. What was revoked already stays as it was, so the same command may be run again."""
    if bool(numbers) == bool(account) or (account is None) != (since is None):
        raise typer.BadParameter("give numbers, or --account with --since")
    form = {"reason": reason.value, "since": instant(since, "--since"), "dry_run": dry_run} if since else {}
    if not dry_run:
        named = counted(len(numbers or []), "licence") if numbers else f"all licences of {account} since {since}"
        require_yes(context, f"Revoke {named} for good?", yes=yes)
    with connected(context) as client:
        if account is not None:
            done = revoke_since(context, client, account, form)
            tell(context, done, told_revoked(done, dry_run=dry_run))
            return
        _revoke_each(context, client, numbers or [], None if dry_run else reason)


@app.command()
def supersede(
    context: typer.Context,
    number: str,
    reason: Annotated[SupersessionReason, typer.Option("--reason", help="Which mistake; it is on record.")],
    name: Annotated[str | None, typer.Option(help="The licensee's name, written rightly.")] = None,
    designated_user: Annotated[str | None, typer.Option(help="The designated user's.")] = None,
    evidence: Annotated[str | None, typer.Option(help="Where it is to be seen, for a second operator.")] = None,
    *,
    yes: Yes = False,
) -> None:
    """Correct a name by another letter, and on all other letters and agreements of the account.

    A new spelling of the same name is corrected at once. Anything else is proposed, with --evidence, and made by
    another operator's approve-correction. The old letters stay as they are, and the same command may be run again.
    """
    if name is None and designated_user is None:
        raise typer.BadParameter("give --name or --designated-user")
    require_yes(context, f"Supersede the letter {number}, and all others of its account?", yes=yes)
    form = {"reason": reason.value, "name": name, "designated_user": designated_user, "evidence": evidence}
    with connected(context) as client:
        _correct(context, client, f"/licenses/{segment(number)}/supersession", form)


@app.command("correction")
def show_correction(context: typer.Context, number: str) -> None:
    """Show the correction that was proposed for a letter, and its evidence."""
    with connected(context) as client:
        proposed = client.call("GET", f"/licenses/{segment(number)}/correction")
    tell(context, proposed, Fields("Proposed correction", proposed))


@app.command("approve-correction")
def approve_correction(
    context: typer.Context,
    number: str,
    proposal: Annotated[str, typer.Option(help="The proposal_id that `licenses correction` shows.")],
    *,
    yes: Yes = False,
) -> None:
    """Approve what another operator proposed, and make the correction; the same command may be run again."""
    require_yes(context, f"Approve {proposal} and supersede the letter {number}?", yes=yes)
    with connected(context) as client:
        path = f"/licenses/{segment(number)}/correction/approval"
        _correct(context, client, path, {"proposal_id": proposal})


def _correct(context: typer.Context, client: OpsClient, path: str, form: dict[str, Any]) -> None:
    """Asks part after part, until all letters of the account were looked at."""
    done = client.call("POST", path, json=form)
    if "proposal_id" in done:
        tell(context, done, Fields("Proposed, for another operator to approve", done))
        return
    followed, part = list(done["followed"]), done
    while part["next_cursor"] is not None:
        part = client.call("POST", path, json={**form, "cursor": part["next_cursor"]})
        followed += part["followed"]
    del done["next_cursor"]
    whole = {**done, "followed": followed}
    tell(context, whole, Fields("Superseding letter", whole))


def _revoke_each(
    context: typer.Context, client: OpsClient, numbers: list[str], reason: RevocationReason | None
) -> None:
    """Each by itself. Without a reason they are only looked at. Raises typer.Exit where some were refused."""
    answers: list[dict[str, Any]] = []
    lines: list[str] = []
    worst = Exit.DONE
    for number in numbers:
        path = f"/licenses/{segment(number)}"
        try:
            if reason is None:
                found = client.call("GET", path)["public"]
                answers.append(found)
                lines.append(_told_change(found))
                continue
            done = client.call("POST", f"{path}/revocation", json={"reason": reason.value})
        except OpsError as error:
            worst = error.exit_code
            warn(context, f"{number}: {error}", code=error.code, status=error.status)
            continue
        answers.append(done)
        how = "revoked" if done["newly"] else "was revoked before, it is so"
        lines.append(f"{done['number']}: {how} since {done['revoked_at']} ({done['reason']})")
        lines += [f"{successor}: revoked with it, as it took its place" for successor in done["successors"]]
    tell(context, answers, *lines)
    if worst:
        raise typer.Exit(worst)


def _told_change(found: dict[str, Any]) -> str:
    return f"{found['number']}: {found['status']}" + (" → revoked" if found["status"] != "revoked" else "")


def revoke_since(context: typer.Context, client: OpsClient, account_id: str, form: dict[str, Any]) -> dict[str, int]:
    """Asks part after part, and shows how many; what it was cut off from is done by asking again."""
    from rich.progress import TextColumn, TimeElapsedColumn

    done = {"revoked": 0, "already_revoked": 0}
    with progress(context, TextColumn("{task.description} {task.completed}"), TimeElapsedColumn()) as bar:
        task = bar.add_task("licences", total=None)
        while True:
            part = client.call("POST", f"/accounts/{segment(account_id)}/licenses/revocation", json=form)
            for name in done:
                done[name] += part[name]
                bar.advance(task, part[name])
            if part["next_cursor"] is None:
                return done
            form = {**form, "run": part["run"], "cursor": part["next_cursor"]}


def told_revoked(done: dict[str, int], *, dry_run: bool = False) -> str:
    """What a run came to, in one line."""
    how = "would be revoked" if dry_run else "revoked"
    before = done["already_revoked"]
    return f"{counted(done['revoked'], 'licence')} {how}, {before} {'was' if before == 1 else 'were'} revoked before."
