"""What the commands share: the connection, refusals told without a traceback, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import typer
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
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
    rows = [[escape(told(value)) for value in values.values()]]
    console.print(_one_by_one(title, [name.replace("_", " ") for name in values], rows))


def show_list(console: Console, title: str, columns: list[str], rows: list[Mapping[str, object]]) -> None:
    """Many things of one kind: a table, or where the screen is too narrow for it each thing by itself."""
    texts = [[escape(told(row.get(column))) for column in columns] for row in rows]
    names = [column.replace("_", " ") for column in columns]
    table = _table(title, names, texts)
    endless = console.options.update(max_width=10_000)
    if not rows:
        console.print(title, highlight=False)
    elif Measurement.get(console, endless, table).minimum <= console.width:
        console.print(table)
    else:
        console.print(_one_by_one(title, names, texts))


def _table(title: str, names: list[str], texts: list[list[str]]) -> Table:
    table = Table(title=title, title_justify="left")
    for place, name in enumerate(names):
        # An id, an instant or a sum that is cut off is of no use to the next command; prose may be broken.
        table.add_column(name, no_wrap=not any(" " in text[place] for text in texts))
    for text in texts:
        table.add_row(*text)
    return table


def _one_by_one(title: str, names: list[str], texts: list[list[str]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column(no_wrap=True)
    # A hash that is wider than the screen goes on in the next line; an ellipsis would lose its end.
    table.add_column(overflow="fold")
    for text in texts:
        for name, value in zip(names, text, strict=True):
            table.add_row(name, value)
        table.add_section()
    return table


def told(value: object) -> str:
    """A value for people."""
    if value is None or value == []:
        return "-"
    if isinstance(value, list):
        return ", ".join(map(told, value))
    return str(value)
