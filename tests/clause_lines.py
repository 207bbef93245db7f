"""A plugin of pytest that prints which collected test is marked with which clause (`pytest -p tests.clause_lines`)."""

from __future__ import annotations

import pytest


def pytest_collection_finish(session: pytest.Session) -> None:
    """One line for each clause of each test function; its parameters share it."""
    lines = {
        f"clause {clause} {item.nodeid.partition('[')[0]}"
        for item in session.items
        for marker in item.iter_markers("clause")
        for clause in marker.args
    }
    print("\n".join(sorted(lines)))
