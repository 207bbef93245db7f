"""No function pays at its cold start for libraries that only other functions need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.factories.template import ROOT

# A library, and functions that must not load it: a table of look-alike letters, address rules, models of items.
SPARED = {
    "confusable_homoglyphs": ("get_account", "sign_in", "create_order"),
    "email_validator": ("get_account", "create_order"),
    "pynamodb": ("grant_download", "receive_webhook"),
}
LOADING = """
import importlib, json, sys
from tests.templates.test_environment import ROOT, variables_read
importlib.import_module(f"functions.{sys.argv[1]}.handler")
variables_read(ROOT / "functions" / sys.argv[1] / "handler.py")
print(json.dumps([name for name in sys.argv[2:] if name in sys.modules]))
"""


@pytest.mark.parametrize("function", sorted({each for spared in SPARED.values() for each in spared}))
def test_a_function_loads_no_library_that_it_does_not_use(function: str) -> None:
    spared = [library for library, functions in SPARED.items() if function in functions]
    command = [sys.executable, "-c", LOADING, function, *spared]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    assert json.loads(done.stdout.splitlines()[-1]) == []
