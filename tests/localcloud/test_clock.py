from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.localcloud import clock

STALL = 3600  # far longer than a busy machine stops for, and far shorter than the moves


def test_advance_moves_wall_time_and_keeps_it_running(clock_file: Path) -> None:
    before = time.time()
    clock.move(clock_file, advance_seconds=86_400)
    assert 86_400 <= time.time() - before < 86_400 + STALL
    first = time.time()
    time.sleep(0.02)
    assert time.time() > first


def test_now_moves_to_that_time(clock_file: Path) -> None:
    goal = dt.datetime(2031, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
    clock.move(clock_file, now=goal)
    assert 0 <= (dt.datetime.now(dt.UTC) - goal).total_seconds() < STALL


def test_moves_add_up_and_lead_back(clock_file: Path) -> None:
    clock.move(clock_file, advance_seconds=1000)
    clock.move(clock_file, advance_seconds=500)
    assert clock.read(clock_file) == 1500
    clock.move(clock_file, advance_seconds=-1500)
    before, moved, after = clock.real_now(), time.time(), clock.real_now()
    assert before <= moved <= after


def test_monotonic_time_and_sleep_do_not_move(clock_file: Path) -> None:
    began = time.monotonic()
    clock.move(clock_file, advance_seconds=86_400)
    time.sleep(0.01)
    assert time.monotonic() - began < STALL


def test_a_moved_clock_reaches_a_process_that_follows_the_file(clock_file: Path) -> None:
    clock.move(clock_file, advance_seconds=-3_600_000)
    program = (
        "import sys, time; from pathlib import Path; from infra.localcloud import clock;"
        "clock.apply(Path(sys.argv[1])); print(time.time())"
    )
    command = [sys.executable, "-c", program, str(clock_file)]
    result = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603  # ourselves
    assert abs(float(result.stdout) - time.time()) < STALL


def test_real_time_is_readable_while_the_clock_is_moved(clock_file: Path) -> None:
    real = time.time()
    clock.move(clock_file, advance_seconds=5_000_000)
    assert abs(clock.real_now() - real) < STALL


@pytest.mark.parametrize("wish", [{}, {"advance_seconds": 1.0, "now": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)}])
def test_one_way_to_move_must_be_chosen(clock_file: Path, wish: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="either"):
        clock.move(clock_file, **wish)  # type: ignore[arg-type]  # wrong by intent


def test_the_clock_stays_within_what_dates_can_hold(clock_file: Path) -> None:
    with pytest.raises(ValueError, match="1971"):
        clock.move(clock_file, advance_seconds=1e12)
    assert clock.read(clock_file) == 0
