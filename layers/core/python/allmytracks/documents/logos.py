"""The company's logo, printed on documents and shown on pages; a deployment replaces the file."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def logo() -> str:
    """The logo as SVG."""
    return Path(__file__).with_name("logo.svg").read_text(encoding="utf-8")
