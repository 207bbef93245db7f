"""What the commands share: the connection, refusals told without a traceback, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from infra.ops.client import OpsClient, OpsError
from infra.ops.public_api import PublicApi, public_api

NOT_FOUND = 1
FAILED = 3


@dataclass(frozen=True)
class Session:
    """What a command works with."""

    connect: Callable[[], OpsClient]
    console: Console
    errors: Console
    public: Callable[[str], PublicApi] = public_api


def session_of(context: typer.Context) -> Session:
    """The session that the command line was started with."""
    session = context.find_root().obj
    if not isinstance(session, Session):
        raise TypeError("the command was not started through infra.ops.main")
    return session


@contextmanager
def connected(context: typer.Context) -> Iterator[tuple[OpsClient, Console]]:
    """The API and the screen. A refusal is told in one line and ends with status 1 (not found) or 3 (all else)."""
    session = session_of(context)
    try:
        client = session.connect()
        try:
            yield client, session.console
        finally:
            client.close()
    except OpsError as error:
        session.errors.print(f"[red]{escape(str(error))}[/]")
        raise typer.Exit(NOT_FOUND if error.status == 404 else FAILED) from None


def show(console: Console, title: str, values: Mapping[str, object]) -> None:
    """One thing, a line for each of its values."""
    table = Table(title=title, show_header=False, title_justify="left")
    for name, value in values.items():
        table.add_row(name.replace("_", " "), escape(told(value)))
    console.print(table)


def show_list(console: Console, title: str, columns: list[str], rows: list[Mapping[str, object]]) -> None:
    """Many things of one kind."""
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        # What comes first is what the next command is given: whole, in one line.
        table.add_column(column.replace("_", " "), no_wrap=place == 0, min_width=30 if place == 0 else None)
    for row in rows:
        table.add_row(*(escape(told(row.get(column))) for column in columns))
    console.print(table)


def told(value: object) -> str:
    """A value for people."""
    if value is None or value == []:
        return "-"
    if isinstance(value, list):
        return ", ".join(map(told, value))
    return str(value)
