"""Query and response bodies of the timeline's routes (api.md)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import Page
from allmytracks.timeline.rules import Entry


class TimelineQuery(msgspec.Struct):
    """A page of 1 to 100 entries, and the language of their sentences."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None
    language: Literal["en", "zh-Hant", "zh-Hans"] = "en"


class TimelineEntryAnswer(msgspec.Struct, omit_defaults=True):
    """One entry; `code` is the deciding fact of a refusal or the reason of an act, `reference` what the entry names."""

    at: str
    kind: str
    text: str
    code: str | None = None
    reference: str | None = None


class TimelineAnswer(msgspec.Struct):
    """Entries, newest first."""

    items: list[TimelineEntryAnswer]
    next_cursor: str | None


def timeline_answer(page: Page[Entry], language: str) -> TimelineAnswer:
    """A page as the routes give it, its sentences in `language`."""
    items = [
        TimelineEntryAnswer(rfc3339(each.at), each.kind, each.text_in(language), each.code, each.reference)
        for each in page.items
    ]
    return TimelineAnswer(items, page.next_cursor)
