"""What makes documents is heavy: only functions that have the documents layer load any of it."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import distribution, packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.factories.template import ROOT, described

LAYER = "documents"
# Imports each function's handler, builds everything that it uses, and lists the layer's modules loaded then.
LOADING = """
import importlib, json, sys
from tests.factories.settings_read import variables_read
from tests.factories.template import ROOT
found = {}
for name in sys.argv[2:]:
    importlib.import_module(f"functions.{name}.handler")
    variables_read(ROOT / "functions" / name / "handler.py")
    found[name] = sorted({module.split(".")[0] for module in sys.modules} & set(json.loads(sys.argv[1])))
print(json.dumps(found))
"""


def modules_of_the_layer() -> list[str]:
    """The import names of what only the `documents` extra requires."""
    asked = [Requirement(each) for each in distribution("allmytracks").requires or []]
    extra = {canonicalize_name(each.name) for each in asked if each.marker and each.marker.evaluate({"extra": LAYER})}
    everywhere = {canonicalize_name(each.name) for each in asked if not each.marker}
    owned = {
        module: {canonicalize_name(each) for each in owners} for module, owners in packages_distributions().items()
    }
    return [module for module, owners in owned.items() if owners & (extra - everywhere)]


def loaded(functions: list[str]) -> dict[str, list[str]]:
    """What of the layer is loaded after each of these, in one process of their own."""
    command = [sys.executable, "-c", LOADING, json.dumps(modules_of_the_layer()), *functions]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_functions_without_the_layer_load_nothing_of_it() -> None:
    layers = {name: each.properties.get("Layers", []) for name, each in described().items()}
    without = [name for name, asked in layers.items() if {"Ref": "DocumentsLayer"} not in asked]
    assert len(without) > 20
    assert "issue_license" not in without
    found = loaded([*without, "issue_license"])
    assert set(found.pop("issue_license")) >= {"typst", "pyhanko", "uharfbuzz", "segno"}
    assert {name: modules for name, modules in found.items() if modules} == {}
