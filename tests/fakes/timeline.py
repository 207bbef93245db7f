"""Histories in memory."""

from __future__ import annotations

from allmytracks.foundation.paging import Page, make_cursor, read_cursor
from allmytracks.timeline.rules import Entry


class MemoryHistories:
    """Entries by subject, in the order of their addition."""

    def __init__(self) -> None:
        self.entries: dict[str, list[Entry]] = {}

    def add(self, subject: str, entry: Entry) -> None:
        """An entry that some item of the product would have."""
        self.entries.setdefault(subject, []).append(entry)

    def page(self, subject: str, *, limit: int, cursor: str | None) -> Page[Entry]:
        start = 0 if cursor is None else read_cursor(cursor, tuple[int])[0]
        newest = sorted(self.entries.get(subject, []), key=lambda entry: entry.at, reverse=True)
        end = start + limit
        return Page(newest[start:end], make_cursor(end) if end < len(newest) else None)
