"""A function's start is not interrupted by collections of what stays."""

from __future__ import annotations

import subprocess
import sys

from allmytracks.foundation.collecting import THRESHOLDS
from tests.bench.world import ROOT, function_environment

STARTING = """
import gc, importlib, sys
whole = []
gc.callbacks.append(lambda phase, told: whole.append(told["generation"]) if phase == "start" else None)
handler = importlib.import_module("functions.issue_license.handler")
before = gc.get_threshold()
from allmytracks.wiring import services
services().licenses.issue
assert gc.get_threshold() != before
print(gc.get_threshold()[0], whole.count(2), gc.get_freeze_count())
"""
PRIMED = """
import gc, importlib
importlib.import_module("functions.get_account.handler")
hooks = importlib.import_module("awslambdaric.lambda_runtime_hooks_runner")
hooks.run_before_snapshot()
print(gc.get_freeze_count() > 10_000, len(gc.get_objects()) < 1_000)
"""


def said_by(program: str) -> list[str]:
    command = [sys.executable, "-c", program]
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env=function_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_what_makes_letters_is_loaded_without_a_whole_collection() -> None:
    assert said_by(STARTING) == [str(THRESHOLDS[0]), "0", "0"]


def test_collections_leave_out_what_is_in_a_snapshot() -> None:
    assert said_by(PRIMED) == ["True", "True"]
