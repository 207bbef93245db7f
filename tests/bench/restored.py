"""The effect of priming: the first request after a restore, with and without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from tests.bench import downloads, webhooks
from tests.bench.palindromes import Ratio, Turn, ratios, rounds_of
from tests.bench.world import ROOT, World

UNPRIMED, PRIMED = "{}: the first request after a restore, unprimed", "{}: primed"


def measure(world: World, rounds: int, advance: Callable[[], None]) -> list[Ratio]:
    """For each hot function, primed to unprimed."""
    events: Mapping[str, Callable[[], dict[str, Any]]] = {
        "grant_download": lambda: downloads.events(world, 1)[0],
        "receive_webhook": webhooks.delivery,
    }
    found: list[Ratio] = []
    for name, event in events.items():
        floor = UNPRIMED.format(name)
        turns = {PRIMED.format(name): _turn(name, "primed", event), floor: _turn(name, "unprimed", event)}
        found += ratios(rounds_of(turns, rounds, advance), floor)
    return found


def _turn(name: str, how: str, event: Callable[[], dict[str, Any]]) -> Turn:
    return lambda: _seconds(name, how, event())


def _seconds(name: str, how: str, event: Mapping[str, Any]) -> float:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "tests.bench.first_request", name, how],
        cwd=ROOT,
        env=dict(os.environ),
        input=json.dumps(event),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{name} {how}: {done.stderr.strip()[-2000:]}")
    return int(done.stdout.splitlines()[-1]) / 1e9
