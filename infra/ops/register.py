"""`allmytracks register …`"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.markup import escape

from allmytracks.licenses.schemas import JwksAnswer
from allmytracks.register.schemas import ConsistencyAnswer, HeadAnswer, HeadsAnswer, InclusionAnswer
from infra.ops.client import OpsError
from infra.ops.public_api import LOCAL_SITE, PublicApi
from infra.ops.register_audit import Audit, Audited
from infra.ops.register_checks import (
    DoesNotHold,
    Keys,
    Proven,
    check_consistency,
    check_head,
    check_inclusion,
    keys_in,
    read_file,
)
from infra.ops.telling import FAILED, NOT_FOUND, connected, session_of, show
from infra.ops.tracks import segment

DOES_NOT_HOLD = 4
MOST_SHOWN = 20
app = typer.Typer(
    no_args_is_help=True,
    help="The public register of licences. Needs no AWS identity, but for `enter`. Ends with status 4 where "
    "something that was shown does not hold.",
)
Url = Annotated[str, typer.Option(envvar="ALLMYTRACKS_URL", help="The public API's address (PublicUrl).")]
KeysFile = Annotated[
    Path | None,
    typer.Option("--keys", exists=True, dir_okay=False, help="A copy of /.well-known/jwks.json; otherwise asked for."),
]
HeadNumber = Annotated[int | None, typer.Option(min=1, help="A head's number; the last one where it is left out.")]


@contextmanager
def _told(context: typer.Context) -> Iterator[None]:
    """Refusals in one line, each kind with its status."""
    errors = session_of(context).errors
    try:
        yield
    except DoesNotHold as error:
        errors.print(f"[bold red]DOES NOT HOLD[/] {escape(str(error))}")
        raise typer.Exit(DOES_NOT_HOLD) from None
    except OpsError as error:
        errors.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(NOT_FOUND if error.status == 404 else FAILED) from None


@contextmanager
def _asking(context: typer.Context, url: str) -> Iterator[PublicApi]:
    """The public API, refusals told."""
    with _told(context), closing(session_of(context).public(url)) as api:
        yield api


@app.command("head")
def show_head(context: typer.Context, number: HeadNumber = None, url: Url = LOCAL_SITE, keys: KeysFile = None) -> None:
    """Show a signed head and check its signature."""
    session = session_of(context)
    with _asking(context, url) as api:
        signed = check_head(_head(api, number), _keys(api, keys))
        show(session.console, "Tree head, signature valid", signed.head.claims())
        session.console.print(signed.jws, soft_wrap=True)


@app.command("prove")
def prove(
    context: typer.Context,
    number: str,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Where to; NUMBER.proof.json by default.")] = None,
    head: HeadNumber = None,
    url: Url = LOCAL_SITE,
    keys: KeysFile = None,
) -> None:
    """Get the proof that a licence is in the register, check it, and keep it in a file for `check`."""
    session = session_of(context)
    with _asking(context, url) as api:
        proof = api.get(f"/v1/register/inclusion/{segment(number)}", InclusionAnswer, head=head)
        proven = check_inclusion(proof, _keys(api, keys))
        file = out or Path(f"{proven.number}.proof.json")
        file.write_bytes(msgspec.json.format(msgspec.json.encode(proof)))
        _show_proven(context, proven)
        if proof.pending:
            session.console.print(f"enters with the next head: {', '.join(proof.pending)}")
        session.console.print(f"kept in {file}")


@app.command("check")
def check(
    context: typer.Context,
    proof: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `prove` kept.")],
    keys: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="A copy of /.well-known/jwks.json.")],
    letter: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The letter: its PDF, or its JWS.")
    ] = None,
) -> None:
    """Check a proof, and a letter against it, offline."""
    with _told(context):
        held = letter.read_bytes() if letter else None
        proven = check_inclusion(read_file(proof, InclusionAnswer), keys_in(read_file(keys, JwksAnswer)), held)
        _show_proven(context, proven)


@app.command("consistency")
def consistency(
    context: typer.Context,
    first: Annotated[int, typer.Option(min=1, help="The older head's number.")],
    second: Annotated[int | None, typer.Option(min=1, help="The newer head's; the last one by default.")] = None,
    url: Url = LOCAL_SITE,
    keys: KeysFile = None,
) -> None:
    """Check that one head continues another: nothing that was in the register was changed or taken out."""
    session = session_of(context)
    with _asking(context, url) as api:
        trusted = _keys(api, keys)
        older, newer = (check_head(_head(api, each), trusted) for each in (first, second))
        sizes = {"first": older.head.size, "second": newer.head.size}
        check_consistency(older, newer, api.get("/v1/register/consistency", ConsistencyAnswer, **sizes))
        session.console.print(
            f"head {newer.head.number} ({newer.head.size} leaves, {newer.head.timestamp}) continues "
            f"head {older.head.number} ({older.head.size} leaves, {older.head.timestamp})"
        )


@app.command("audit")
def audit(
    context: typer.Context,
    state: Annotated[Path, typer.Option(dir_okay=False, help="Where what was seen is kept.")] = Path("register.json"),
    url: Url = LOCAL_SITE,
    keys: KeysFile = None,
) -> None:
    """Follow the whole register, from where the last audit ended, and hash every leaf anew."""
    session = session_of(context)
    with _asking(context, url) as api, session.console.status("auditing ...") as status:

        def told(found: Audited) -> None:
            status.update(f"{found.heads} heads, {found.leaves} leaves")

        seen, found = Audit(api, _keys(api, keys), state, told).run()
        session.console.print(f"{found.heads} new heads and {found.leaves} new leaves hold")
        if seen:
            session.console.print(f"up to head {seen.number}, {seen.size} leaves, {seen.timestamp}; kept in {state}")
        if found.late:
            session.console.print(
                f"{len(found.late)} leaves entered long after the time that they state, or before it:"
            )
        for data in found.late[:MOST_SHOWN]:
            session.console.print(
                f"[yellow]entered long after the time that it states, or before it:[/] {escape(data)}"
            )


@app.command("enter")
def enter(context: typer.Context, number: str) -> None:
    """Let what is on record of a licence wait for the next head once more (operators; see the runbook)."""
    with connected(context) as (client, console):
        show(console, "Register", client.call("POST", f"/licenses/{segment(number)}/register-entries"))


def _keys(api: PublicApi, file: Path | None) -> Keys:
    return keys_in(read_file(file, JwksAnswer) if file else api.get("/.well-known/jwks.json", JwksAnswer))


def _head(api: PublicApi, number: int | None) -> HeadAnswer:
    if number is None:
        return api.get("/v1/register/head", HeadAnswer)
    found = api.get("/v1/register/heads", HeadsAnswer, cursor=number - 1, limit=1).items
    if not found or found[0].number != number:
        raise OpsError(f"The register has no head {number}.", status=404)
    return found[0]


def _show_proven(context: typer.Context, proven: Proven) -> None:
    facts = {each.kind: f"{each.at}, leaf {each.index}" for each in proven.entries}
    head = f"{proven.head.number} of {proven.head.timestamp}, {proven.head.size} leaves"
    held = {"file": proven.held.value} if proven.held else {}
    show(session_of(context).console, "The proof holds", {"number": proven.number, **facts, "head": head, **held})
