"""The pages for contributors name tests, files and folders that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "layers" / "core" / "python" / "allmytracks"
PAGES = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
# What a reader of the pages adds.
ADDED = re.compile(r"motto|<capability>|add-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_names_is_there(page: Path) -> None:
    words = re.findall(r"`([^`\s]+)`", page.read_text())
    tests = {word for word in words if re.fullmatch(r"test_\w+", word)}
    paths = {word for word in words if "/" in word and not word.startswith(("/", "http")) and not ADDED.search(word)}
    code = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert sorted(name for name in tests if f"def {name}(" not in code) == []
    assert sorted(path for path in paths if not _is_there(path)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text())
    assert [link for link in links if not link.startswith("http") and not (page.parent / link).exists()] == []


def _is_there(path: str) -> bool:
    return any(any(folder.glob(path.rstrip("/"))) for folder in (ROOT, PRODUCT, PRODUCT / "accounts"))
