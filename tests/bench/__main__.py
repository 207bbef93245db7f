"""`make bench`: what requests and cold starts cost, as ratios to minimal hand-written versions measured side by side.

    python -m tests.bench [--quick] [--only requests|cold] [--rounds N] [--function NAME …]

It never passes or fails. The tables go to the terminal, everything to .local/bench.json.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.localcloud.npm import UnavailableError
from tests.bench import cold, downloads, letters, members, report, restored, webhooks
from tests.bench.foldings import Folding, foldings
from tests.bench.palindromes import (
    Ratio,
    Turn,
    Work,
    ratios,
    rounds_of,
)
from tests.bench.recorder import Recorder
from tests.bench.requests import Cost
from tests.bench.world import ROOT, World, world

# The functions on the paths that issue texts give goals for: measured as often as figures of merit need.
HOT = ("grant_download", "receive_webhook")


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    rounds: int = 15
    calls: int = downloads.CALLS
    cold_rounds: int = 15
    other_cold_rounds: int = 3
    restored_rounds: int = 5
    histories: tuple[int, ...] = (10, 1000)
    facts: tuple[int, ...] = (10, 100, 1000)
    letters: int = 60
    members: tuple[int, ...] = (10, 10_000)
    mailings: tuple[int, ...] = (100, 1_000)


QUICK = Scale(
    rounds=2,
    calls=3,
    cold_rounds=1,
    other_cold_rounds=1,
    restored_rounds=1,
    histories=(3, 12),
    facts=(3, 12),
    letters=2,
    members=(3, 120),
    mailings=(3, 5),
)


@dataclass
class Requests:
    """What was seen of whole requests."""

    ratios: list[Ratio] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    history: list[Cost] = field(default_factory=list)
    folds: list[Folding] = field(default_factory=list)
    restored: list[Ratio] = field(default_factory=list)
    letter: list[letters.Part] = field(default_factory=list)
    reads: list[Cost] = field(default_factory=list)
    bulk: list[members.Bulk] = field(default_factory=list)


def main() -> int:
    """Measures, shows and writes; the exit status is 0 where everything could be measured."""
    options = _options()
    scale = QUICK if options.quick else Scale()
    if options.rounds:
        each = options.rounds
        scale = Scale(rounds=each, cold_rounds=each, other_cold_rounds=each, restored_rounds=each)
    requests = Requests()
    cold_starts: list[cold.ColdStart] = []
    not_run: list[str] = []
    # Drawn between turns only: a thread that draws would be measured too.
    columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False) as progress:
        if options.only != "cold":
            try:
                requests = _requests(scale, progress)
            except UnavailableError as error:
                not_run.append(f"requests, as DynamoDB Local cannot be had: {error}")
        if options.only != "requests":
            names = options.function or (list(HOT[:1]) if options.quick else cold.functions())
            cold_starts = _cold_starts(names, scale, progress)
    result = report.Result(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        python=platform.python_version(),
        cpus=os.cpu_count() or 1,
        quick=options.quick,
        requests=requests.ratios,
        costs=requests.costs,
        history=requests.history,
        folds=requests.folds,
        restored=requests.restored,
        letter=requests.letter,
        reads=requests.reads,
        bulk=requests.bulk,
        cold_starts=cold_starts,
        not_run=not_run,
    )
    report.write(result, options.output)
    report.show(result, Console())
    return 1 if not_run else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Costs of requests and cold starts.")
    parser.add_argument("--quick", action="store_true", help="a smoke run: its figures mean nothing")
    parser.add_argument("--only", choices=("requests", "cold"), help="one half of it")
    parser.add_argument("--rounds", type=int, help="rounds of A-B-B-A, for everything")
    parser.add_argument("--function", action="append", choices=cold.functions(), help="cold starts of these alone")
    parser.add_argument("--output", type=Path, default=ROOT / ".local" / "bench.json", help="where the JSON goes")
    return parser.parse_args()


def _requests(scale: Scale, progress: Progress) -> Requests:
    recorder = Recorder()
    # What a function writes goes where Lambda would take it from: line by line, away from the tables.
    with contextlib.ExitStack() as stack:
        quiet = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8", buffering=1))
        advance = _task(progress, "starting DynamoDB Local", 1)
        here = stack.enter_context(world())
        advance()
        stack.enter_context(contextlib.redirect_stdout(quiet))
        costs = downloads.costs(here, recorder) + webhooks.costs(here, recorder)
        works = _works(here, recorder)
        found: list[Ratio] = []
        for name, (floor, contenders) in works.items():
            advance = _task(progress, name, scale.rounds)
            turns = {each: _turn(work, scale.calls) for each, work in contenders.items()}
            for turn in turns.values():
                turn()  # warm
            found += ratios(rounds_of(turns, scale.rounds, advance), floor)
        advance = _task(progress, "downloads after a history", len(scale.histories))
        history = downloads.costs_by_history(here, recorder, scale.histories, advance)
        advance = _task(progress, "payment facts after a history", len(scale.facts))
        folds = foldings(here, recorder, scale.facts, advance)
        advance = _task(progress, "first requests after a restore", scale.restored_rounds * len(HOT))
        first = restored.measure(here, scale.restored_rounds, advance)
        letter = letters.split(scale.letters, _task(progress, "licences", scale.letters))
        steps = 2 * len(scale.members) + len(scale.mailings)
        advance = _task(progress, "members with a history, erasure, mailings", steps)
        read = members.reads(here, recorder, scale.members, advance)
        bulk = members.erasures(here, recorder, scale.members, advance)
        bulk += members.mailings(here, recorder, scale.mailings, advance)
    return Requests(found, costs, history, folds, first, letter, read, bulk)


def _works(here: World, recorder: Recorder) -> dict[str, tuple[str, dict[str, Work]]]:
    """By request: the floor's name, and all contenders."""
    return {
        downloads.NAME: (
            downloads.FLOOR,
            {
                downloads.NAME: downloads.handler(here),
                downloads.SAME_TRANSACTION: downloads.same_transaction(here, recorder),
                downloads.FLOOR: downloads.floor(here),
            },
        ),
        webhooks.NAME: (
            webhooks.FLOOR,
            {webhooks.NAME: webhooks.handler(), webhooks.FLOOR: webhooks.floor(here)},
        ),
    }


def _turn(work: Work, calls: int) -> Turn:
    return lambda: work.turn(calls)


def _cold_starts(names: list[str], scale: Scale, progress: Progress) -> list[cold.ColdStart]:
    advance = _task(progress, "looking at the functions", len(names))
    looked = []
    for name in names:
        looked.append(cold.look(name))
        advance()
    hot = [[each] for each in looked if each.name in HOT]
    others = cold.groups([each for each in looked if each.name not in HOT])
    planned = [(group, scale.cold_rounds) for group in hot] + [(group, scale.other_cold_rounds) for group in others]
    advance = _task(progress, "cold starts", sum(rounds for _, rounds in planned))
    return cold.in_order([cold.measure(group, rounds, advance) for group, rounds in planned])


def _task(progress: Progress, description: str, total: int) -> Callable[[], None]:
    task = progress.add_task(description, total=total)
    progress.refresh()

    def advance() -> None:
        progress.advance(task)
        progress.refresh()

    return advance


if __name__ == "__main__":
    raise SystemExit(main())
