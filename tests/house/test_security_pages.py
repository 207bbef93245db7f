"""The threat model and the ASVS table name tests that exist, and judge every section of the standard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# How many sections each chapter of ASVS 5.0 has.
SECTIONS = {
    1: 5,
    2: 4,
    3: 7,
    4: 4,
    5: 4,
    6: 8,
    7: 6,
    8: 4,
    9: 2,
    10: 7,
    11: 7,
    12: 3,
    13: 4,
    14: 3,
    15: 4,
    16: 5,
    17: 3,
}
STATES = {"kept", "in part", "not", "does not apply"}


def rows(page: str) -> list[list[str]]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1:]]


def known_tests() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        found |= set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    return found


@pytest.mark.parametrize("page", ["asvs.md", "threat-model.md"])
def test_every_test_that_a_page_names_exists(page: str) -> None:
    named = {name for row in rows(page) for name in re.findall(r"`(test_\w+)`", row[-1])}

    assert named - known_tests() == set()
    assert len(named) > 10


def test_every_section_of_the_standard_is_judged_once() -> None:
    judged = [row[0] for row in rows("asvs.md")]

    assert judged == [f"{chapter}.{section}" for chapter, last in SECTIONS.items() for section in range(1, last + 1)]
    assert {row[2] for row in rows("asvs.md")} <= STATES
    assert all(row[3] for row in rows("asvs.md"))


def test_what_is_kept_has_a_test_unless_it_is_a_document() -> None:
    untested = [row for row in rows("asvs.md") if row[2] in {"kept", "in part"} and "`test_" not in row[-1]]

    assert [row for row in untested if not row[1].startswith(("documentation", "inventory"))] == []


def test_every_threat_has_its_defence_and_its_test() -> None:
    assert [row for row in rows("threat-model.md") if not all(row) or "`test_" not in row[-1]] == []
