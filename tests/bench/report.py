"""The bench's result: a file for programs, tables for people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tests.bench.cold import ColdStart
from tests.bench.foldings import Folding
from tests.bench.letters import Part
from tests.bench.members import Bulk
from tests.bench.palindromes import Ratio
from tests.bench.requests import Cost


@dataclass(frozen=True, slots=True)
class Result:
    """All that was measured. `not_run` says why something was not."""

    at: str
    python: str
    cpus: int
    quick: bool
    requests: list[Ratio]
    costs: list[Cost]
    history: list[Cost]
    folds: list[Folding]
    restored: list[Ratio]
    letter: list[Part]
    reads: list[Cost]
    bulk: list[Bulk]
    cold_starts: list[ColdStart]
    not_run: list[str]


def write(result: Result, path: Path) -> None:
    """The result as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")


def show(result: Result, console: Console) -> None:
    """The result as tables."""
    if result.requests:
        console.print(_requests("Warm CPU of a whole request", result.requests))
    for title, costs in (
        ("AWS calls and units of one request", result.costs),
        ("History", result.history),
        ("One page of what members read", result.reads),
    ):
        if costs:
            console.print(_costs(title, costs))
    if result.restored:
        console.print(_requests("CPU of the first request after a restore from a snapshot", result.restored))
    if result.folds:
        console.print(_costs("One more payment fact", [each.cost for each in result.folds]))
        told = ", ".join(f"{each.milliseconds:.1f} ms after {each.facts:,}" for each in result.folds)
        console.print(f"Its CPU: {told}.")
    if result.bulk:
        console.print(_bulk(result.bulk))
    if result.letter:
        console.print(_letter(result.letter))
    if result.cold_starts:
        console.print(_cold_starts(result.cold_starts))
    for reason in result.not_run:
        console.print(f"[bold]Not run:[/bold] {reason}")
    console.print(
        f"Python {result.python}, {result.cpus} CPUs. Ratios of process CPU, taken side by side (A-B-B-A); the "
        "milliseconds are this machine's at this hour. Units by AWS's published rule from the items' sizes."
    )


def _requests(title: str, found: list[Ratio]) -> Table:
    table = _table(title, "", "ratio", "middle half", "rounds", "ms")
    for each in found:
        bare = each.name == each.floor
        spread = "" if bare else _spread(each)
        table.add_row(each.name, f"{each.median:.2f}", spread, str(each.rounds), f"{each.milliseconds:.2f}")
        if bare:
            table.add_section()
    return table


def _costs(title: str, costs: list[Cost]) -> Table:
    table = _table(title, "", "calls", "written items (bytes)", "write units", "of indexes", "read units")
    for cost in costs:
        capacity = cost.capacity
        calls = ", ".join(f"{count} {action}" for action, count in cost.calls.items())
        written = ", ".join(f"{each.item} {each.bytes}" for each in capacity.written)
        units = (str(capacity.write_units), str(capacity.index_units), f"{capacity.read_units:g}")
        table.add_row(cost.request, calls, written, *units)
    return table


def _bulk(found: list[Bulk]) -> Table:
    title = "Work on many records, on DynamoDB Local"
    table = _table(title, "", "seconds", "write units", "of indexes", "read units", "write units each", "calls")
    for each in found:
        calls = ", ".join(f"{count} {action}" for action, count in each.calls.items())
        units = (str(each.write_units), str(each.index_units), f"{each.read_units:g}", f"{each.units_each:.2f}")
        table.add_row(each.name, f"{each.seconds:.1f}", *units, calls)
    return table


def _letter(parts: list[Part]) -> Table:
    table = _table("CPU of issuing a licence", "", "percent", "ms")
    for each in parts:
        table.add_row(each.name, f"{each.percent:.0f}", f"{each.milliseconds:.1f}")
    return table


def _cold_starts(found: list[ColdStart]) -> Table:
    title = "Cold start: import and clients, to `import boto3` and the same clients"
    table = _table(title, "function", "ratio", "middle half", "rounds", "ms", "floor ms", "floor's clients")
    for each in found:
        ratio = each.ratio
        table.add_row(
            each.function,
            f"{ratio.median:.2f}",
            _spread(ratio),
            str(ratio.rounds),
            f"{ratio.milliseconds:.0f}",
            f"{each.floor_milliseconds:.0f}",
            " ".join(each.floor_clients) or "none",
        )
    return table


def _spread(ratio: Ratio) -> str:
    return f"{ratio.lower:.2f}-{ratio.upper:.2f}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for name in columns:
        words = name in {"", "calls", "written items (bytes)", "function", "floor's clients"}
        table.add_column(name, justify="left" if words else "right", overflow="fold")
    return table
