"""The table of clauses is current, and no test claims a clause that is not in the register."""

from __future__ import annotations

from infra.clauses import PAGE, named_in, register, render, shown_by


def test_the_table_is_current() -> None:
    assert PAGE.read_text() == render(), "run `make clauses`"


def test_every_clause_that_a_test_names_is_registered() -> None:
    assert set(shown_by()) <= {clause["id"] for clause in register()}


def test_a_clause_is_not_taken_for_a_longer_one() -> None:
    sources = {"a.py": "(M-II.3)", "b.py": "M-II.30, U-M-II.3, M-II.3.1", "c.py": "as M-II.3, it"}
    assert named_in("M-II.3", sources) == ["a.py", "c.py"]
