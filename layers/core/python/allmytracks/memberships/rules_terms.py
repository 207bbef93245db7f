"""Lengths of terms: calendar months and years, in UTC (M-II.5).

A term's name gives its length, so that a published price list may have any: `month`, `year`, `3_months`, `2_years`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime
from typing import TypeAlias

# `month`, `year`, `3_months`, as price lists name it.
Term: TypeAlias = str
_MONTHS = {"month": 1, "year": 12}
_SEVERAL = re.compile(r"([2-9]|[1-9][0-9])_(month|year)s", re.ASCII)


def months_of(term: Term) -> int | None:
    """The length of a term in months; None for another name."""
    if term in _MONTHS:
        return _MONTHS[term]
    several = _SEVERAL.fullmatch(term)
    return int(several[1]) * _MONTHS[several[2]] if several else None


def term_in_words(term: Term, language: str = "en") -> str:
    """A term as invoices state it: `one month`, `3 months`, `3個月`."""
    months = months_of(term)
    if language.startswith("zh") and months is not None:
        month = "個月" if language == "zh-Hant" else "个月"
        return f"{months // 12}年" if months % 12 == 0 else f"{months}{month}"
    return f"one {term}" if term in _MONTHS else term.replace("_", " ")


def end_of_term(start: datetime, term: Term) -> datetime:
    """The same day and time one term later; a missing day becomes the month's last."""
    months = months_of(term)
    if months is None:
        raise ValueError(f"unknown term {term}")
    return months_after(start, months)


def months_after(start: datetime, months: int) -> datetime:
    """The same day and time so many months later, in UTC; a missing day becomes the month's last."""
    start = start.astimezone(UTC)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
