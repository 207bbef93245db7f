"""Anonymous counts of what members search for: words are shown only where enough members searched for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from allmytracks.catalogue.rules_search import TrackQuery

# Words are stored in the clear, and shown, from so many members on (k-anonymity).
LEAST_MEMBERS = 5
# What fewer searched for is forgotten after this; the rest after a year.
UNSHOWN_KEPT = timedelta(days=35)
SHOWN_KEPT = timedelta(days=400)
MOST_SHOWN = 100


class SearchCount(Struct, frozen=True):
    """How often words were searched for, and how often nothing was found."""

    words: str
    searches: int
    found_nothing: int


class SearchStatistics(Struct, frozen=True):
    """A month's words (`YYYY-MM`), the most frequent first, at most MOST_SHOWN each."""

    month: str
    most_searched: tuple[SearchCount, ...]
    found_nothing: tuple[SearchCount, ...]


def month_of(now: datetime) -> str:
    """The month that a search counts for."""
    return f"{now:%Y-%m}"


def compared(q: str) -> str:
    """The words as they are counted together; empty where there are none."""
    return " ".join(TrackQuery(text=q).words)


def mark_of(month: str, words: str, account_id: str) -> str:
    """Tells two members apart for one month and one search alone; kept until LEAST_MEMBERS are there."""
    return sha256(f"{month} {words} {account_id}".encode()).hexdigest()[:16]


def statistics_of(month: str, counts: Iterable[SearchCount]) -> SearchStatistics:
    """The month's two lists."""
    known = sorted(counts, key=lambda each: (-each.searches, each.words))
    vain = sorted((each for each in known if each.found_nothing), key=lambda each: -each.found_nothing)
    return SearchStatistics(month, tuple(known[:MOST_SHOWN]), tuple(vain[:MOST_SHOWN]))
