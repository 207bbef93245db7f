"""A plugin of pytest that prints which collected test is marked with which clause (`pytest -p tests.clause_lines`)."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def marked(items: Iterable[pytest.Item]) -> set[tuple[str, str]]:
    """Each clause with each test function that is marked with it; the function's parameters share it."""
    return {
        (clause, item.nodeid.partition("[")[0])
        for item in items
        for marker in item.iter_markers("clause")
        for clause in marker.args
    }


def pytest_collection_finish(session: pytest.Session) -> None:
    """One line for each clause of each test function."""
    print("\n".join(f"clause {clause} {test}" for clause, test in sorted(marked(session.items))))
