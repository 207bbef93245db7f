"""Words that members searched for, kept with their consent (P-6.search, P-15.consent)."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

KEPT = timedelta(days=365)


class Search(Struct, frozen=True):
    """Words (`q`) that a member searched for, and when."""

    q: str
    at: datetime


def words_of(q: str, cursor: str | None) -> str | None:
    """What is kept of a query: its words, single-spaced; None where there are none, and for a further page of it."""
    words = " ".join(q.split())
    return None if cursor is not None else words or None
