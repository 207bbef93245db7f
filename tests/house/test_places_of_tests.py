"""Where tests are, how they are named, and that they import only modules made to be shared."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
PRODUCT = ROOT / "layers" / "core" / "python" / "allmytracks"
CAPABILITIES = {path.name for path in PRODUCT.iterdir() if (path / "__init__.py").exists()}
# Folders of tests that are of no single capability, and those that hold none.
OTHERS = {"house", "operators", "templates", "localcloud", "local", "e2e", "browser", "site", "bench"}
SHARED = {"fakes", "factories", "fixtures", "faults"}


def imported(tree: ast.Module, module: str) -> Iterator[str]:
    """The full names of all that a module imports, relative imports resolved; for `from a import b`, `a` and `a.b`."""
    package = module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*above, *([node.module] if node.module else [])])
            yield name
            yield from (f"{name}.{alias.name}" for alias in node.names)


def leaning(tests: Path) -> list[str]:
    """Every import from a test module or a conftest, as `file: module`."""
    found = []
    for path in sorted(tests.rglob("*.py")):
        module = ".".join(path.relative_to(tests.parent).with_suffix("").parts)
        for name in imported(ast.parse(path.read_text()), module):
            parts = name.split(".")
            if parts[0] == "tests" and any(part == "conftest" or part.startswith("test_") for part in parts[1:]):
                found.append(f"{path.relative_to(tests.parent)}: {name}")
    return found


@pytest.mark.parametrize(
    "line",
    [
        "from tests.payments.test_orders import REQUEST",
        "from tests.payments import test_orders",
        "import tests.payments.test_orders as orders",
        "from .test_orders import REQUEST",
        "from . import test_orders",
        "from ..payments.test_orders import REQUEST",
        "from tests.conftest import DATA_STACK",
        "from ..conftest import DATA_STACK",
        "def test_it() -> None:\n    from tests.payments.test_orders import REQUEST\n",
    ],
)
def test_an_import_from_a_test_module_or_a_conftest_is_found_however_it_is_written(tmp_path: Path, line: str) -> None:
    folder = tmp_path / "tests" / "payments"
    folder.mkdir(parents=True)
    (folder / "test_fold.py").write_text(f"from tests.factories.payments import an_order\n{line}\n")

    assert {each.partition(": ")[0] for each in leaning(tmp_path / "tests")} == {"tests/payments/test_fold.py"}


def test_no_module_imports_from_a_test_module_or_a_conftest() -> None:
    assert leaning(TESTS) == []


def test_every_folder_of_tests_is_a_capability_or_one_of_the_few_others() -> None:
    with_tests = {path.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py")}

    assert with_tests <= CAPABILITIES | OTHERS
    assert not with_tests & SHARED


def test_every_folder_of_tests_is_a_package() -> None:
    """Two files of one name are distinguished by their packages, and tests import what is shared by its full name."""
    assert [each.parent for each in TESTS.rglob("test_*.py") if not (each.parent / "__init__.py").exists()] == []
