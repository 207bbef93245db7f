"""Query and answer of members' searches (api.md)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from allmytracks.catalogue.rules_searches import Search
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import Page


class SearchesQuery(msgspec.Struct):
    """A page of 1 to 100 searches."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class SearchAnswer(msgspec.Struct):
    """Words that the caller searched for, and when."""

    q: str
    at: str


class SearchesAnswer(msgspec.Struct):
    """Searches, newest first; kept only while the consent `search_history` is given."""

    items: list[SearchAnswer]
    next_cursor: str | None


class SearchStatisticsQuery(msgspec.Struct):
    """A month, by default this one."""

    month: (
        Annotated[
            str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="a year and a month, as in 2026-11")
        ]
        | None
    ) = None


class SearchCountAnswer(msgspec.Struct):
    """How often words were searched for, and how often nothing was found."""

    words: str
    searches: int
    found_nothing: int


class SearchStatisticsAnswer(msgspec.Struct):
    """What at least `least_members` members who consented searched for in a month, the most frequent first."""

    month: str
    least_members: int
    most_searched: list[SearchCountAnswer]
    found_nothing: list[SearchCountAnswer]


def searches_answer(page: Page[Search]) -> SearchesAnswer:
    """A page as the route gives it."""
    return SearchesAnswer([SearchAnswer(each.q, rfc3339(each.at)) for each in page.items], page.next_cursor)
