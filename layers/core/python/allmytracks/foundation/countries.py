"""Countries by their two letters (ISO 3166-1): one rule for all input and stored data."""

from __future__ import annotations

from iso3166 import countries_by_alpha2

from allmytracks.foundation.errors import FieldProblem, InvalidFields


def known_country(code: str | None) -> str | None:
    """A country's two letters in upper case; None for anything else, such as unchecked old data."""
    # ASCII only: `ß` in upper case is SS and a long s is S, and neither input names a country.
    if code is None or not code.isascii():
        return None
    upper = code.strip().upper()
    return upper if upper in countries_by_alpha2 else None


def country_of(field: str, code: str) -> str:
    """A country's two letters in upper case. Raises InvalidFields naming `field`."""
    known = known_country(code)
    if known is None:
        message = "Send the two letters of a country (ISO 3166-1), as in HK."
        raise InvalidFields([FieldProblem(field, "unknown_country", message)])
    return known
