"""`allmytracks register …`"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.ops.commands import Commands, segment
from infra.ops.errors import Exit, OpsError
from infra.ops.telling import connected, progress, refusals_told, session_of, tell, warn
from infra.ops.writing import Fields, Part, counted

if TYPE_CHECKING:
    from allmytracks.register.schemas import HeadAnswer, InclusionAnswer
    from infra.ops.public_api import PublicApi
    from infra.ops.register_checks import Keys, Proven

LOCAL_SITE = "http://127.0.0.1:3000"
MOST_SHOWN = 20
POLL_SECONDS = 5
# A head is signed every hour; a late one raises an alarm before this.
LONGEST_WAIT_SECONDS = 2 * 60 * 60
app = Commands(
    "The public register of licences. Needs no AWS identity, but for `enter`. Ends with status 4 where "
    "something that was shown does not hold."
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
    from infra.ops.register_checks import DoesNotHold

    with refusals_told(context):
        try:
            yield
        except DoesNotHold as error:
            warn(context, f"DOES NOT HOLD {error}", code="does_not_hold")
            raise typer.Exit(Exit.DOES_NOT_HOLD) from None


@contextmanager
def _asking(context: typer.Context, url: str) -> Iterator[PublicApi]:
    """The public API, refusals told."""
    with _told(context), closing(session_of(context).public(url)) as api:
        yield api


@app.command("head")
def show_head(context: typer.Context, number: HeadNumber = None, url: Url = LOCAL_SITE, keys: KeysFile = None) -> None:
    """Show a signed head and check its signature."""
    from infra.ops.register_checks import check_head

    with _asking(context, url) as api:
        signed = check_head(_head(api, number), _keys(api, keys))
    claims = signed.head.claims()
    tell(context, {**claims, "jws": signed.jws}, Fields("Tree head, signature valid", claims), signed.jws)


@app.command("prove")
def prove(
    context: typer.Context,
    number: str,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Where to; NUMBER.proof.json by default.")] = None,
    head: HeadNumber = None,
    url: Url = LOCAL_SITE,
    keys: KeysFile = None,
    *,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until the licence is in the register: it enters with an hourly head.")
    ] = False,
) -> None:
    """Get the proof that a licence is in the register, check it, and keep it in a file for `check`."""
    import msgspec

    from infra.ops.register_checks import check_inclusion

    with _asking(context, url) as api:
        proof = _inclusion(context, api, number, head, wait=wait)
        proven = check_inclusion(proof, _keys(api, keys))
    file = out or Path(f"{proven.number}.proof.json")
    file.write_bytes(msgspec.json.format(msgspec.json.encode(proof)))
    facts = _proven(proven)
    pending = [f"enters with the next head: {', '.join(proof.pending)}"] if proof.pending else []
    answer = {**facts, "pending": list(proof.pending), "file": str(file)}
    tell(context, answer, Fields("The proof holds", facts), *pending, f"kept in {file}")


def _inclusion(context: typer.Context, api: PublicApi, number: str, head: int | None, *, wait: bool) -> InclusionAnswer:
    """The proof; with `wait`, a licence that enters the register with the next head is asked for until it has."""
    from rich.progress import SpinnerColumn, TextColumn

    from allmytracks.register.schemas import InclusionAnswer

    waited = 0
    with progress(context, SpinnerColumn(), TextColumn("{task.description}")) as bar:
        task = bar.add_task("asking ...", total=None)
        while True:
            try:
                return api.get(f"/v1/register/inclusion/{segment(number)}", InclusionAnswer, head=head)
            except OpsError as refused:
                if not wait or refused.code != "register_entry_pending" or waited >= LONGEST_WAIT_SECONDS:
                    raise
                bar.update(task, description=f"{refused} Waiting ...")
            api.sleep(POLL_SECONDS)
            waited += POLL_SECONDS


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
    from allmytracks.licenses.schemas import JwksAnswer
    from allmytracks.register.schemas import InclusionAnswer
    from infra.ops.register_checks import check_inclusion, keys_in, read_file

    with _told(context):
        held = letter.read_bytes() if letter else None
        proven = check_inclusion(read_file(proof, InclusionAnswer), keys_in(read_file(keys, JwksAnswer)), held)
    facts = _proven(proven)
    tell(context, facts, Fields("The proof holds", facts))


@app.command("consistency")
def consistency(
    context: typer.Context,
    first: Annotated[int, typer.Option(min=1, help="The older head's number.")],
    second: Annotated[int | None, typer.Option(min=1, help="The newer head's; the last one by default.")] = None,
    url: Url = LOCAL_SITE,
    keys: KeysFile = None,
) -> None:
    """Check that one head continues another: nothing that was in the register was changed or taken out."""
    from allmytracks.register.schemas import ConsistencyAnswer
    from infra.ops.register_checks import check_consistency, check_head

    with _asking(context, url) as api:
        trusted = _keys(api, keys)
        signed = [check_head(_head(api, each), trusted) for each in (first, second)]
        older, newer = (each.head for each in signed)
        sizes = {"first": older.size, "second": newer.size}
        check_consistency(signed[0], signed[1], api.get("/v1/register/consistency", ConsistencyAnswer, **sizes))
    tell(
        context,
        {"first": older.claims(), "second": newer.claims()},
        f"head {newer.number} ({counted(newer.size, 'leaf', 'leaves')}, {newer.timestamp}) continues "
        f"head {older.number} ({counted(older.size, 'leaf', 'leaves')}, {older.timestamp})",
    )


@app.command("audit")
def audit(
    context: typer.Context,
    state: Annotated[Path, typer.Option(dir_okay=False, help="Where what was seen is kept.")] = Path("register.json"),
    url: Url = LOCAL_SITE,
    keys: KeysFile = None,
) -> None:
    """Follow the whole register, from where the last audit ended, and hash every leaf again."""
    from rich.progress import SpinnerColumn, TextColumn

    from infra.ops.register_audit import Audit, Audited

    with _asking(context, url) as api, progress(context, SpinnerColumn(), TextColumn("{task.description}")) as bar:
        task = bar.add_task("auditing ...", total=None)

        def told(found: Audited) -> None:
            bar.update(task, description=f"{counted(found.heads, 'head')}, {counted(found.leaves, 'leaf', 'leaves')}")

        seen, found = Audit(api, _keys(api, keys), state, told).run()
    heads, leaves = counted(found.heads, "new head"), counted(found.leaves, "new leaf", "new leaves")
    parts: list[Part] = [f"{heads} and {leaves} hold"]
    if seen:
        parts.append(
            f"up to head {seen.number}, {counted(seen.size, 'leaf', 'leaves')}, {seen.timestamp}; kept in {state}"
        )
    if found.late:
        late = counted(len(found.late), "leaf", "leaves")
        parts.append(f"{late} entered long after the time that they state, or before it:")
    parts += [f"entered long after the time that it states, or before it: {data}" for data in found.late[:MOST_SHOWN]]
    answer = {"heads": found.heads, "leaves": found.leaves, "late": found.late, "head": seen and seen.number}
    tell(context, answer, *parts)


@app.command("enter")
def enter(context: typer.Context, number: str) -> None:
    """Let what is on record of a licence wait for the next head once more (operators; see the runbook)."""
    with connected(context) as client:
        done = client.call("POST", f"/licenses/{segment(number)}/register-entries")
    tell(context, done, Fields("Register", done))


def _keys(api: PublicApi, file: Path | None) -> Keys:
    from allmytracks.licenses.schemas import JwksAnswer
    from infra.ops.register_checks import keys_in, read_file

    return keys_in(read_file(file, JwksAnswer) if file else api.get("/.well-known/jwks.json", JwksAnswer))


def _head(api: PublicApi, number: int | None) -> HeadAnswer:
    from allmytracks.register.schemas import HeadAnswer, HeadsAnswer

    if number is None:
        return api.get("/v1/register/head", HeadAnswer)
    found = api.get("/v1/register/heads", HeadsAnswer, cursor=number - 1, limit=1).items
    if not found or found[0].number != number:
        raise OpsError(f"The register has no head {number}.", code="not_found", status=404)
    return found[0]


def _proven(proven: Proven) -> dict[str, str]:
    facts = {str(each.kind): f"{each.at}, leaf {each.index}" for each in proven.entries}
    head = f"{proven.head.number} of {proven.head.timestamp}, {counted(proven.head.size, 'leaf', 'leaves')}"
    held = {"file": proven.held.value} if proven.held else {}
    return {"number": proven.number, **facts, "head": head, **held}
