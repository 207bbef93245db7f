"""What the commands share: the connection, refusals without a traceback, and how answers are written.

A terminal gets tables; a pipe gets one line a record, its values separated by tabs; `--json` gets one document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from infra.ops.commands import JSON
from infra.ops.errors import Exit, OpsError
from infra.ops.writing import Part, lines_of, show, shown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn

    from infra.ops.client import OpsClient
    from infra.ops.public_api import PublicApi

PAGE = 100


def _public_api(url: str) -> PublicApi:
    from infra.ops.public_api import public_api

    return public_api(url)


@dataclass(frozen=True)
class Session:
    """What a command works with. `people` is whether they read it; `ask` is None where nobody can be asked."""

    connect: Callable[[], OpsClient]
    console: Console
    errors: Console
    public: Callable[[str], PublicApi] = _public_api
    people: bool = True
    ask: Callable[[str], bool] | None = None


def opened(api_url: str) -> Session:
    """The session of this terminal, or pipe."""
    import sys

    from rich.console import Console

    console = Console()

    ask = _asked if sys.stdin.isatty() else None
    return Session(lambda: connected_to(api_url), console, Console(stderr=True), people=console.is_terminal, ask=ask)


def _asked(question: str) -> bool:
    return typer.confirm(question, err=True)


def session_of(context: typer.Context) -> Session:
    """The session that the command line was started with."""
    root = context.find_root()
    if isinstance(root.obj, str):
        root.obj = opened(root.obj)
    if not isinstance(root.obj, Session):
        raise TypeError("the command was not started through infra.ops.main")
    return root.obj


def wants_json(context: typer.Context) -> bool:
    """Whether the answer is for a program."""
    return bool(context.meta.get(JSON))


def connected_to(api_url: str) -> OpsClient:
    """The operators' API at an address. Raises OpsError."""
    from infra.ops.client import connect

    return connect(api_url)


@contextmanager
def connected(context: typer.Context) -> Iterator[OpsClient]:
    """The operators' API. A refusal is reported in one line, and ends the command with its exit code."""
    session = session_of(context)
    with refusals_told(context):
        client = session.connect()
        try:
            yield client
        finally:
            client.close()


@contextmanager
def refusals_told(context: typer.Context) -> Iterator[None]:
    """Tells what an API refused, and ends the command."""
    try:
        yield
    except OpsError as error:
        warn(context, str(error), code=error.code, status=error.status)
        raise typer.Exit(error.exit_code) from None


def warn(context: typer.Context, message: str, *, code: str, status: int = 0) -> None:
    """Tells on the standard error what did not happen."""
    if wants_json(context):
        typer.echo(json.dumps({"code": code, "message": message, "status": status}, ensure_ascii=False), err=True)
    else:
        session_of(context).errors.print(shown(message), style="red", markup=False, highlight=False, soft_wrap=True)


def require_yes(context: typer.Context, question: str, *, yes: bool) -> None:
    """Asks before what cannot be taken back. Raises typer.Exit: 1 after no, 2 where nobody can be asked."""
    if yes:
        return
    ask = session_of(context).ask
    if ask is None:
        warn(context, f"{question} There is no terminal to ask at: give --yes.", code="yes_needed")
        raise typer.Exit(Exit.USAGE)
    if not ask(question):
        warn(context, "Nothing was done.", code="declined")
        raise typer.Exit(Exit.FAILED)


def paged(
    client: OpsClient, path: str, limit: int, query: Mapping[str, object] | None = None
) -> tuple[list[dict[str, Any]], bool]:
    """Up to `limit` items of a list, page after page; and whether there are more. Raises OpsError."""
    rows: list[dict[str, Any]] = []
    cursor: str | None = None
    while len(rows) < limit:
        asked = {**(query or {}), "limit": min(PAGE, limit - len(rows)), "cursor": cursor}
        page = client.call("GET", path, query=asked)
        rows += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    return rows, cursor is not None


def tell(context: typer.Context, answer: object, *parts: Part) -> None:
    """Writes an answer: the whole of it as JSON, or its parts for people or a pipe."""
    session = session_of(context)
    if wants_json(context):
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif session.people:
        show(session.console, parts)
    else:
        for line in (line for part in parts for line in lines_of(part)):
            typer.echo(line)


@contextmanager
def progress(context: typer.Context, *columns: ProgressColumn) -> Iterator[Progress]:
    """A bar on the standard error, where a person sees it."""
    from rich.progress import Progress

    session = session_of(context)
    with Progress(*columns, console=session.errors, disable=wants_json(context) or not session.people) as bar:
        yield bar
