"""Cold starts: each function's import and building, beside `import boto3` and the same clients."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bench.deployed import hidden
from tests.bench.palindromes import Ratio, Turn, ratios, rounds_of
from tests.bench.world import ROOT, function_environment
from tests.factories.template import described

START, LOOK = (Path(__file__).parent / name for name in ("cold_start.py", "cold_look.py"))
# Bytecode as a deployed function has it, wherever the environment's own may be missing or forbidden.
BYTECODE = ROOT / ".local" / "bench-bytecode"
FLOOR = "import boto3 and the same clients"
# How many functions share a floor in one round: with more, the two would be measured too far apart.
GROUP = 3


@dataclass(frozen=True, slots=True)
class Function:
    """A function, the services that it uses, the AWS clients that these make, and those of the floor."""

    name: str
    services: tuple[str, ...]
    clients: tuple[str, ...]
    by_hand: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColdStart:
    """A function's cold start relative to that of the hand-made clients alone."""

    function: str
    clients: tuple[str, ...]
    floor_clients: tuple[str, ...]
    ratio: Ratio
    floor_milliseconds: float


def functions() -> list[str]:
    """All functions by name; of the operators' API, which loads the area of a request, two areas."""
    names = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}
    return sorted((names - {"ops_api"}) | {"ops_api:accounts", "ops_api:licenses"})


def look(name: str) -> Function:
    """What a function needs. It leaves bytecode of all that it loads. Raises RuntimeError where it cannot start."""
    found = json.loads(_run(LOOK, name, documents=_makes_documents(name)))
    return Function(name, tuple(found["services"]), tuple(found["clients"]), tuple(found["by_hand"]))


def groups(looked: Sequence[Function]) -> list[list[Function]]:
    """Functions with the same floor, a few at a time."""
    by_floor: dict[tuple[str, ...], list[Function]] = {}
    for function in looked:
        by_floor.setdefault(function.by_hand, []).append(function)
    return [members[start : start + GROUP] for members in by_floor.values() for start in range(0, len(members), GROUP)]


def measure(group: Sequence[Function], rounds: int, advance: Callable[[], None]) -> list[ColdStart]:
    """The cold starts of functions with the same floor."""
    clients = group[0].by_hand
    _run(START, "floor", *clients)  # its bytecode
    turns: Mapping[str, Turn] = {
        FLOOR: lambda: _seconds("floor", *clients),
        **{each.name: _turn(each) for each in group},
    }
    found = {each.name: each for each in ratios(rounds_of(turns, rounds, advance), FLOOR)}
    bare = found[FLOOR].milliseconds
    return [ColdStart(each.name, each.clients, each.by_hand, found[each.name], bare) for each in group]


def _turn(function: Function) -> Turn:
    documents = _makes_documents(function.name)
    return lambda: _seconds("function", function.name, *function.services, documents=documents)


@cache
def _makes_documents(name: str) -> bool:
    """Whether a function has the layer that makes letters and other documents."""
    function = described().get(name.partition(":")[0])
    if function is None:
        raise RuntimeError(f"{name}: no function of the template has this name")
    return {"Ref": "DocumentsLayer"} in function.properties.get("Layers", [])


def _seconds(*words: str, documents: bool = False) -> float:
    return int(_run(START, *words, documents=documents)) / 1e9


def _run(program: Path, *words: str, documents: bool = False) -> str:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-P", str(program), *words],
        cwd=ROOT,
        env=_environment(documents),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{program.name} {' '.join(words)}: {done.stderr.strip()[-2000:]}")
    return done.stdout


@cache
def _environment(documents: bool) -> dict[str, str]:  # noqa: FBT001 - cached by position
    modules = ",".join(hidden(ROOT / "uv.lock", documents=documents))
    return {**function_environment(), "PYTHONPYCACHEPREFIX": str(BYTECODE), "BENCH_HIDDEN_MODULES": modules}


def in_order(measured: Sequence[Sequence[ColdStart]]) -> list[ColdStart]:
    """All of them by name."""
    return sorted(itertools.chain.from_iterable(measured), key=lambda each: each.function)
