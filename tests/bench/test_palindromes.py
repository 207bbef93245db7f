from __future__ import annotations

import pytest

from tests.bench.palindromes import Work, ratios, rounds_of


def test_every_round_goes_forth_and_back() -> None:
    order: list[str] = []

    def turn(name: str, seconds: float) -> float:
        order.append(name)
        return seconds

    turns = {"a": lambda: turn("a", 3.0), "b": lambda: turn("b", 2.0), "floor": lambda: turn("floor", 1.0)}
    seconds = rounds_of(turns, 2, lambda: order.append("|"))
    assert "".join(each[0] for each in order) == "abffba|abffba|"
    assert seconds == {"a": [3.0, 3.0], "b": [2.0, 2.0], "floor": [1.0, 1.0]}


def test_ratios_are_taken_within_a_round() -> None:
    # The second round ran on a machine half as fast: the ratio is the same.
    found = {each.name: each for each in ratios({"a": [3.0, 6.0, 2.0], "floor": [2.0, 4.0, 2.0]}, "floor")}
    assert found["a"].median == 1.5
    assert (found["a"].lower, found["a"].upper) == (1.25, 1.5)
    assert found["a"].milliseconds == 3000
    assert found["floor"].median == 1


def test_a_call_that_failed_is_no_measurement() -> None:
    work = Work(prepare=range, call=lambda number: number, check=lambda answer: answer < 2)
    assert work.turn(2) >= 0
    with pytest.raises(AssertionError, match="answered as it should"):
        work.turn(3)
