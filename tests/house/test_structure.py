"""The repository's rules that no linter checks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from infra.rooms import role_of

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "layers" / "core" / "python" / "allmytracks"
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
# What is longer, and why it is better so.
LONGER_FILES: dict[str, str] = {
    "layers/core/python/allmytracks/accounts/wiring.py": "one short property for each part of the largest capability",
    "layers/core/python/allmytracks/mails/rules_words_english.py": "one place for a translator",
    "layers/core/python/allmytracks/mails/rules_words_traditional.py": "one place for a translator",
    "layers/core/python/allmytracks/mails/rules_words_simplified.py": "one place for a translator",
}
LONGER_FUNCTIONS: dict[str, str] = {
    "layers/core/python/allmytracks/operations/wiring.py::publish": "one table: each published kind with its check",
    "infra/localcloud/events.py::http_api_event": "one literal: payload 2.0's event, to be read beside AWS's own page",
    "infra/localcloud/events.py::rest_api_event": "one literal: payload 1.0's event, to be read beside AWS's own page",
    "infra/localcloud/front/tokens.py::_mint": "two literals: the claims of Cognito's tokens",
}
WEAK_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not any(part.startswith((".", "build")) for part in path.relative_to(ROOT).parts):
                yield path


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in files(*folders):
        yield path, parsed(path)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_functions_know_nothing_of_each_other_nor_of_adapters() -> None:
    for path, tree in sources("functions"):
        for module in imports(tree):
            own = module.startswith(f"functions.{path.parent.name}")
            assert own or not module.startswith("functions"), f"{path.parent.name} imports {module}"
            assert role_of(module) not in {"adapters", "ports"}, f"{path} imports {module}"


def test_files_and_functions_are_short() -> None:
    for path, tree in sources("layers/core/python", "functions", "infra"):
        name = str(path.relative_to(ROOT))
        assert len(path.read_text().splitlines()) <= LONGEST_FILE or name in LONGER_FILES, name
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                assert lines <= LONGEST_FUNCTION or f"{name}::{node.name}" in LONGER_FUNCTIONS, (
                    f"{name}::{node.name} has {lines} lines"
                )


def test_names_say_what_things_are() -> None:
    for path in files("layers/core/python", "functions", "infra", "tests"):
        assert path.stem not in WEAK_NAMES, path


def test_nothing_runs_at_import() -> None:
    """The product's modules define; the only calls at their top level make types and constants."""
    allowed = {
        "TypeVar",
        "frozenset",
        "HttpFunction",
        "primed",
        "timedelta",
        "route",
        "compile",
        "Path",
        "maketrans",
        "fromtimestamp",
        "datetime",
        "field",
        "by_rule",  # a type with the rule of its texts
        "dataclass",
        "range",
        "dict",
        "tuple",
        "set",
        "cast",
        "join",
    }
    for path, tree in sources("layers/core/python", "functions"):
        for node in tree.body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                pytest.fail(f"{path} calls at import, line {node.lineno}")
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call):
                called = node.value.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "?")
                assert name in allowed or name[0].isupper() or name[0] == "_", f"{path}:{node.lineno} calls {name}"


def test_tests_replace_nothing_behind_the_codes_back() -> None:
    banned = ("mock" + ".patch", "monkeypatch" + ".setattr", "sys" + ".path.")
    for path in files("tests", "infra", "layers/core/python", "functions"):
        text = path.read_text()
        assert not any(each in text for each in banned), path


def test_only_settings_reads_the_environment() -> None:
    for path, tree in sources("layers/core/python", "functions"):
        if path.name != "settings.py":
            assert "os" not in imports(tree), path
