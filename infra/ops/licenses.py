"""`allmytracks licenses …`"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from allmytracks.licenses.states.rules import RevocationReason, SupersessionReason
from infra.ops.client import OpsClient, OpsError
from infra.ops.telling import FAILED, connected, session_of, show, show_list
from infra.ops.tracks import segment

app = typer.Typer(no_args_is_help=True, help="Licences: what is on record, their revocation and correction.")
COLUMNS = ["number", "status", "issued_at", "title", "project"]

WhyOption = Annotated[RevocationReason, typer.Option("--reason", help="Why; it is on record, and the member is told.")]


@app.command("show")
def show_license(context: typer.Context, number: str) -> None:
    """Show everything on record of a licence."""
    with connected(context) as (client, console):
        file = client.call("GET", f"/licenses/{segment(number)}")
        show(console, "Licence", _flat({**file.pop("public"), **file}))


@app.command("list")
def list_licenses(
    context: typer.Context,
    account: Annotated[str, typer.Option(help="Whose.")],
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
) -> None:
    """List an account's licences, newest first."""
    with connected(context) as (client, console):
        rows: list[dict[str, object]] = []
        cursor: str | None = None
        while len(rows) < limit:
            query = {"limit": min(100, limit - len(rows)), "cursor": cursor}
            page = client.call("GET", f"/accounts/{segment(account)}/licenses", query=query)
            rows += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        show_list(console, f"{len(rows)} licences", COLUMNS, list(rows))


@app.command()
def revoke(
    context: typer.Context,
    reason: WhyOption,
    numbers: Annotated[list[str] | None, typer.Argument(help="Licences by their numbers.")] = None,
    account: Annotated[str | None, typer.Option(help="Instead: all of this account, since --since.")] = None,
    since: Annotated[str | None, typer.Option(help="2026-11-01, or an instant with its zone.")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell how many.")] = False,
) -> None:
    """Revoke licences for good. What was revoked already stays as it was, so the same command may be run again."""
    if bool(numbers) == bool(account) or (account is None) != (since is None):
        raise typer.BadParameter("give numbers, or --account with --since")
    with connected(context) as (client, console):
        if account is not None and since is not None:
            form = {"reason": reason.value, "since": instant(since), "dry_run": dry_run}
            tell_revoked(console, revoke_since(client, console, account, form), dry_run=dry_run)
            return
        failed = _revoke_each(context, client, numbers or [], None if dry_run else reason)
    if failed:
        raise typer.Exit(FAILED)


@app.command()
def supersede(
    context: typer.Context,
    number: str,
    reason: Annotated[SupersessionReason, typer.Option("--reason", help="Which mistake; it is on record.")],
    name: Annotated[str | None, typer.Option(help="The licensee's name, written rightly.")] = None,
    designated_user: Annotated[str | None, typer.Option(help="The designated user's.")] = None,
    evidence: Annotated[str | None, typer.Option(help="Where it is to be seen, for a second operator.")] = None,
) -> None:
    """Correct a name by another letter, and on all other letters and agreements of the account.

    A new spelling of the same name is corrected at once. Anything else is proposed, with --evidence, and made by
    another operator's approve-correction. The old letters stay as they are, and the same command may be run again.
    """
    if name is None and designated_user is None:
        raise typer.BadParameter("give --name or --designated-user")
    form = {"reason": reason.value, "name": name, "designated_user": designated_user, "evidence": evidence}
    with connected(context) as (client, console):
        _correct(client, console, f"/licenses/{segment(number)}/supersession", form)


@app.command("correction")
def show_correction(context: typer.Context, number: str) -> None:
    """Show the correction that was proposed for a letter, and its evidence."""
    with connected(context) as (client, console):
        show(console, "Proposed correction", client.call("GET", f"/licenses/{segment(number)}/correction"))


@app.command("approve-correction")
def approve_correction(
    context: typer.Context,
    number: str,
    proposal: Annotated[str, typer.Option(help="The proposal_id that `licenses correction` shows.")],
) -> None:
    """Approve what another operator proposed, and make the correction; the same command may be run again."""
    with connected(context) as (client, console):
        path = f"/licenses/{segment(number)}/correction/approval"
        _correct(client, console, path, {"proposal_id": proposal})


def _correct(client: OpsClient, console: Console, path: str, form: dict[str, Any]) -> None:
    """Asks part after part, until all letters of the account were looked at."""
    done = client.call("POST", path, json=form)
    if "proposal_id" in done:
        show(console, "Proposed, for another operator to approve", done)
        return
    followed, part = list(done["followed"]), done
    while part["next_cursor"] is not None:
        part = client.call("POST", path, json={**form, "cursor": part["next_cursor"]})
        followed += part["followed"]
    del done["next_cursor"]
    show(console, "Superseding letter", {**done, "followed": followed})


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    """Every value by itself: what stands within another is named after both."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        flat |= {f"{name}_{part}": each for part, each in value.items()} if isinstance(value, dict) else {name: value}
    return flat


def _revoke_each(context: typer.Context, client: OpsClient, numbers: list[str], reason: RevocationReason | None) -> int:
    """Each by itself; answers how many were refused. Without a reason they are only looked at."""
    session, failed = session_of(context), 0
    for number in numbers:
        path = f"/licenses/{segment(number)}"
        try:
            if reason is None:
                found = client.call("GET", path)["public"]
                session.console.print(f"{found['number']}: {found['status']}")
                continue
            done = client.call("POST", f"{path}/revocation", json={"reason": reason.value})
        except OpsError as error:
            failed += 1
            session.errors.print(f"[red]{number}: {error}[/]")
            continue
        how = "revoked" if done["newly"] else "was revoked before, it is so"
        session.console.print(f"{done['number']}: {how} since {done['revoked_at']} ({done['reason']})")
        for successor in done["successors"]:
            session.console.print(f"{successor}: revoked with it, as it took its place")
    return failed


def revoke_since(client: OpsClient, console: Console, account_id: str, form: dict[str, Any]) -> dict[str, int]:
    """Asks part after part, and shows how many; what it was cut off from is done by asking again."""
    done = {"revoked": 0, "already_revoked": 0}
    columns = (TextColumn("{task.description} {task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("licences", total=None)
        while True:
            part = client.call("POST", f"/accounts/{segment(account_id)}/licenses/revocation", json=form)
            for name in done:
                done[name] += part[name]
                progress.advance(task, part[name])
            if part["next_cursor"] is None:
                return done
            form = {**form, "run": part["run"], "cursor": part["next_cursor"]}


def tell_revoked(console: Console, done: dict[str, int], *, dry_run: bool = False) -> None:
    """What a run came to, in one line."""
    how = "would be revoked" if dry_run else "revoked"
    console.print(f"{done['revoked']} licences {how}, {done['already_revoked']} were revoked before.")


def instant(text: str) -> str:
    """An instant as the API takes it; a date stands for its beginning (UTC). Raises typer.BadParameter."""
    try:
        if len(text) == len("2026-11-01"):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC).isoformat()
        given = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is neither a date nor an instant") from None
    if given.tzinfo is None:
        raise typer.BadParameter(f"{text} needs its zone, as in 2026-11-01T08:00:00Z")
    return given.isoformat()
