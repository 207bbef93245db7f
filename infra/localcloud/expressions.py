"""AWS schedule expressions: `rate(5 minutes)`, `cron(0 3 * * ? *)`, `at(2027-01-01T00:00:00)`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

_UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_LONGEST_SEARCH_DAYS = 366 * 9

Next = Callable[[dt.datetime], dt.datetime | None]
"""From a time (UTC) to the next time after it at which something is due; None when it never is again."""


def parse(expression: str, time_zone: str = "UTC") -> Next:
    """Read an expression. Raises ValueError for one that AWS supports but this does not (L, W and # in cron)."""
    match = re.fullmatch(r"(rate|cron|at)\((.*)\)", expression.strip())
    if match is None:
        raise ValueError(f"not a schedule expression: {expression}")
    kind, inside = match.groups()
    if kind == "rate":
        return _rate(inside)
    zone = ZoneInfo(time_zone)
    if kind == "at":
        at = dt.datetime.fromisoformat(inside).replace(tzinfo=zone).astimezone(dt.UTC)
        return lambda after: at if at > after else None
    return _cron(inside, zone)


def _rate(inside: str) -> Next:
    number, _, unit = inside.strip().partition(" ")
    seconds = _UNITS.get(unit.strip().removesuffix("s"))
    if seconds is None or not number.isdigit() or int(number) < 1:
        raise ValueError(f"not a rate: {inside}")
    period = dt.timedelta(seconds=int(number) * seconds)
    return lambda after: after + period


def _cron(inside: str, zone: ZoneInfo) -> Next:
    fields = inside.split()
    if len(fields) != 6:
        raise ValueError(f"a cron expression has six fields: {inside}")
    minutes, hours = sorted(_values(fields[0], 0, 59)), sorted(_values(fields[1], 0, 23))
    month_days, months = _values(fields[2], 1, 31), _values(fields[3], 1, 12, _MONTHS)
    week_days, years = _values(fields[4], 1, 7, _DAYS), _values(fields[5], 1970, 2199)

    def days(first: dt.date) -> Iterator[dt.date]:
        for offset in range(_LONGEST_SEARCH_DAYS):
            day = first + dt.timedelta(days=offset)
            week_day = day.isoweekday() % 7 + 1
            if day.year in years and day.month in months and day.day in month_days and week_day in week_days:
                yield day

    def following(after: dt.datetime) -> dt.datetime | None:
        for day in days(after.astimezone(zone).date()):
            for hour in hours:
                for minute in minutes:
                    due = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(dt.UTC)
                    if due > after:
                        return due
        return None

    return following


def _values(field: str, lowest: int, highest: int, names: list[str] | None = None) -> set[int]:
    values: set[int] = set()
    for part in field.upper().split(","):
        span, _, step = part.partition("/")
        if span in {"*", "?"}:
            first, last = lowest, highest
        else:
            begin, _, end = span.partition("-")
            first = _number(begin, lowest, names)
            last = _number(end, lowest, names) if end else (highest if step else first)
        if not lowest <= first <= last <= highest:
            raise ValueError(f"out of range in a cron expression: {part}")
        values.update(range(first, last + 1, int(step or 1)))
    return values


def _number(text: str, lowest: int, names: list[str] | None) -> int:
    if names and text in names:
        return names.index(text) + lowest
    if not text.isdigit():
        raise ValueError(f"not understood in a cron expression: {text}")
    return int(text)
