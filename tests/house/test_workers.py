"""Tests that share something costly run on one worker, which makes it once."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.factories.ports import free_ports
from tests.workers import LONGEST, SHARED, UNMOVED, group_of, place_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/e2e/test_flow.py::test_the_whole_story", "local-cloud"),
        ("tests/e2e/odd/test_fuzz.py::test_x[GET /v1/a@b]", "odd-cloud"),
        ("tests/payments/test_fold.py::test_x[a::b]", "tests/payments/test_fold.py"),
    ],
)
def test_a_group_is_a_module_or_what_shares_a_local_cloud(nodeid: str, group: str) -> None:
    assert group_of(nodeid) == group


def test_every_place_that_is_named_is_there() -> None:
    named = [*SHARED, UNMOVED, *(each for each in LONGEST if each not in SHARED.values())]
    assert [each for each in named if not (ROOT / each).exists()] == []


def test_what_shares_something_costly_begins_before_single_modules() -> None:
    """They are the longest; by their names "site" would be among the last."""
    assert set(SHARED.values()) <= set(LONGEST)
    assert place_of("tests/site/test_x.py::test_y") < place_of("tests/accounts/test_x.py::test_y")


def test_a_module_is_run_by_one_worker() -> None:
    modules = ("tests/accounts/test_addresses.py", "tests/house/test_workers.py")
    command = [sys.executable, "-m", "pytest", "-v", "-n", "2", "-k", "address or named", *modules]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - pytest itself
    workers = defaultdict[str, set[str]](set)
    for worker, module in re.findall(r"\[(gw\d)\].* (tests/\S+?)::", done.stdout):
        workers[module].add(worker)
    assert sorted(workers) == sorted(modules)
    assert [len(each) for each in workers.values()] == [1, 1]
    assert re.findall(r"^(gw\d) was idle for \d+ s at the end, after tests/", done.stdout, re.MULTILINE) == [
        "gw0",
        "gw1",
    ]


def test_ports_are_drawn_once_though_nothing_is_bound_to_them_yet() -> None:
    drawn = [free_ports(1) for _ in range(3)]
    assert len(set(drawn)) == 3
