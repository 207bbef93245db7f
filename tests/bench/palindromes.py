"""CPU of several ways to do the same, side by side: A-B-B-A, so that what slows the machine slows all of them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# One turn of a contender: process CPU in seconds.
Turn = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Work:
    """What is measured: `prepare` makes the inputs of that many calls, unmeasured; `check` verifies each response."""

    prepare: Callable[[int], Sequence[Any]]
    call: Callable[[Any], Any]
    check: Callable[[Any], bool]

    def turn(self, calls: int) -> float:
        """CPU seconds of one call, over `calls` of them. Raises AssertionError where one did not do its work."""
        inputs = self.prepare(calls)
        answers = []
        gc.collect()
        started = time.process_time_ns()
        for each in inputs:
            answers.append(self.call(each))  # noqa: PERF401 - the plain loop is what both sides are measured in
        seconds = (time.process_time_ns() - started) / 1e9 / len(inputs)
        wrong = next((answer for answer in answers if not self.check(answer)), None)
        assert wrong is None, f"the call was not answered as it should be: {wrong}"
        return seconds


@dataclass(frozen=True, slots=True)
class Ratio:
    """CPU of a contender to that of the floor: the median over all rounds, and the middle half of them."""

    name: str
    floor: str
    median: float
    lower: float
    upper: float
    rounds: int
    milliseconds: float


def rounds_of(turns: Mapping[str, Turn], rounds: int, advance: Callable[[], None]) -> dict[str, list[float]]:
    """Each contender's CPU in each round: forth and back through all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(rounds):
        forth = {name: turn() for name, turn in turns.items()}
        back = {name: turns[name]() for name in reversed(list(turns))}
        for name in turns:
            seconds[name].append((forth[name] + back[name]) / 2)
        advance()
    return seconds


def ratios(seconds: Mapping[str, Sequence[float]], floor: str) -> list[Ratio]:
    """The ratio of each contender to `floor`, round by round."""
    found = []
    for name, own in seconds.items():
        each = [mine / bare for mine, bare in zip(own, seconds[floor], strict=True)]
        lower, _, upper = statistics.quantiles(each, n=4, method="inclusive") if len(each) > 1 else each * 3
        milliseconds = statistics.median(own) * 1000
        found.append(Ratio(name, floor, statistics.median(each), lower, upper, len(each), milliseconds))
    return found
