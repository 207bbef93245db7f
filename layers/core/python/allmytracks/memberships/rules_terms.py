"""How long a term lasts: calendar months and years, in UTC (M-II.5)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime

from allmytracks.memberships.rules_plans import Term

MONTHS = {Term.MONTH: 1, Term.YEAR: 12}


def end_of_term(start: datetime, term: Term) -> datetime:
    """The same day and time one term later; a day that the month does not have becomes its last one."""
    start = start.astimezone(UTC)
    year, month = divmod(start.year * 12 + start.month - 1 + MONTHS[term], 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
