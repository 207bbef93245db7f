"""Countries by name in the languages of invoices: countries.json says what CLDR does (a test compares them)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec


def country_name(code: str, language: str) -> str:
    """A country's name in a language; an unknown code as it is."""
    return _names().get(code, {}).get(language, code)


@cache
def _names() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("countries.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, dict[str, str]])
