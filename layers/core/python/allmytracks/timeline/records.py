"""Refused requests as stored records."""

from __future__ import annotations

from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import Delete, Exported, Record, Retention, Store, Whose
from allmytracks.timeline.dynamodb_refusals import REFUSAL

RECORDS = (
    Record(
        "refused request",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("refusals.json", hidden=frozenset({"expires_at", "history_of", "history_at"})),
        Delete(),
        Retention("refusals", "answers why something was refused, for a year", by_store=True),
        sort=f"{REFUSAL}{{place}}",
    ),
)
