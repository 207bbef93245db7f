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


def searches_answer(page: Page[Search]) -> SearchesAnswer:
    """A page as the route gives it."""
    return SearchesAnswer([SearchAnswer(each.q, rfc3339(each.at)) for each in page.items], page.next_cursor)
