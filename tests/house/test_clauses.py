"""The table of clauses is current, and no test claims a clause that is not in the register."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.clauses import PAGE, ROOT, MisplacedClause, named_in, register, render, shown_by
from tests.clause_lines import marked

A_TEST = '@pytest.mark.clause("M-I.2")\ndef test_it() -> None: ...\n'


@pytest.fixture(scope="module")
def shown() -> dict[str, list[str]]:
    """The tests that name each clause: all modules are read for it, which takes seconds."""
    return shown_by()


def test_the_table_is_current(shown: dict[str, list[str]]) -> None:
    assert PAGE.read_text() == render(shown), "run `make clauses`"


def test_every_clause_that_a_test_names_is_registered(shown: dict[str, list[str]]) -> None:
    assert set(shown) <= {clause["id"] for clause in register()}


def test_a_clause_is_not_taken_for_a_longer_one() -> None:
    sources = {"a.py": "(M-II.3)", "b.py": "M-II.30, U-M-II.3, M-II.3.1", "c.py": "as M-II.3, it"}
    assert named_in("M-II.3", sources) == ["a.py", "c.py"]


def collected_by(session: pytest.Session) -> set[tuple[str, str]]:
    """Of a run of all tests what it has collected itself: each worker collects all. Otherwise of another run's."""
    run = session.config
    fewer = run.option.keyword or run.option.markexpr or run.option.deselect or run.option.ignore
    if run.args_source is pytest.Config.ArgsSource.TESTPATHS and not fewer:
        return marked(session.items)
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", "-p", "tests.clause_lines", "tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(re.findall(r"^clause (\S+) (tests/\S+)$", listed.stdout, re.MULTILINE))


def test_a_clause_is_shown_by_the_tests_that_pytest_collects_and_by_no_others(
    request: pytest.FixtureRequest, shown: dict[str, list[str]]
) -> None:
    """From pytest itself: each test that it collects, with the clauses of its markers."""
    collected: dict[str, set[str]] = {}
    for clause, test in collected_by(request.session):
        collected.setdefault(clause, set()).add(test.removeprefix("tests/"))

    assert collected == {clause: set(tests) for clause, tests in shown.items()}


@pytest.mark.parametrize(
    "text",
    [
        A_TEST.replace("test_it", "it"),
        A_TEST + A_TEST,
        "def test_around() -> None:\n    " + A_TEST.replace("\n", "\n    "),
        "class Around:\n    " + A_TEST.replace("\n", "\n    "),
        A_TEST.replace('"M-I.2"', "CLAUSE"),
        'SHOWN = pytest.mark.clause("M-I.2")\n',
    ],
    ids=["no test", "replaced by another", "inside a test", "inside a class", "no text", "for later"],
)
def test_a_clause_that_no_collected_test_carries_stops_the_page(tmp_path: Path, text: str) -> None:
    (tmp_path / "test_it.py").write_text(text)

    with pytest.raises(MisplacedClause, match=r"test_it\.py:"):
        shown_by(tmp_path)


def test_a_clause_in_a_file_that_pytest_does_not_collect_stops_the_page(tmp_path: Path) -> None:
    (tmp_path / "samples.py").write_text(A_TEST)

    with pytest.raises(MisplacedClause):
        shown_by(tmp_path)
    (tmp_path / "samples.py").rename(tmp_path / "test_it.py")
    assert shown_by(tmp_path) == {"M-I.2": ["test_it.py::test_it"]}


def test_every_test_that_a_document_names_is_there() -> None:
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for name in re.findall(r"`(tests/[\w./-]+\.py(?:::\w+)?)`", page.read_text()):
            path, _, test = name.partition("::")
            assert (ROOT / path).is_file(), f"{page.name} names {name}"
            assert not test or f"def {test}(" in (ROOT / path).read_text(), f"{page.name} names {name}"
