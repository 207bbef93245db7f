"""Links in mails lead to pages that the website builds: each is on the documented list, below one base address."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ROOT / "layers" / "core" / "python" / "allmytracks"
PAGE = ROOT / "docs" / "decisions" / "2026-11-27-links-in-mails.md"
# `{site_url}/licenses/{news.number}`: the base address, a path, and parts of it that are filled in.
LINK = re.compile(r"\{(?:self\.)?(?:site_url|site)\}(/[a-z/-]*(?:\{[a-z_.]+\})?(?:\?[a-z]+=[a-z]*)?)")


def linked() -> set[str]:
    """Every path that mails link to, with `{}` for what is filled in."""
    found = {path for file in CODE.rglob("*.py") for path in LINK.findall(file.read_text(encoding="utf-8"))}
    return {re.sub(r"\{[^}]*\}", "{}", path) for path in found}


def test_every_link_is_documented_and_every_documented_link_is_used() -> None:
    documented = set(re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == linked()
