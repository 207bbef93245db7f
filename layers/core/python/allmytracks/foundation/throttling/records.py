"""Counts of requests, as stored records."""

from __future__ import annotations

from allmytracks.foundation.records import SHORT, Hold, Keep, NotExported, Record, Store, Whose
from allmytracks.foundation.throttling.dynamodb import RATE

RECORDS = (
    Record(
        "requests of a client",
        Store.COUNTERS,
        f"{RATE}{{window}}",
        Whose.CLIENT,
        NotExported("counts of a network address or a hash, dropped within a day"),
        Keep("dropped by itself when its window is over"),
        SHORT,
        hold=Hold.UNAFFECTED,
    ),
)
