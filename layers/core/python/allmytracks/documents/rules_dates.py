"""Dates as people read them, one way in every document, page and mail: `27 November 2026`, `2026年11月27日`; in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def day(at: datetime, language: str = "en") -> str:
    """The date of an instant; `language` is a tag (BCP 47), any Chinese one in Chinese, else in English."""
    at = at.astimezone(UTC)
    if language.startswith("zh"):
        return f"{at.year}年{at.month}月{at.day}日"
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def day_and_time(at: datetime, language: str = "en", *, seconds: bool = False) -> str:
    """The date with the time, to the minute, or to the second."""
    clock = f"{at.astimezone(UTC):{'%H:%M:%S' if seconds else '%H:%M'}} UTC"
    return f"{day(at, language)} {clock}" if language.startswith("zh") else f"{day(at, language)}, {clock}"
