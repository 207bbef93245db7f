"""Liquidated damages as stored records."""

from __future__ import annotations

from allmytracks.damages.dynamodb import damages_key
from allmytracks.foundation.records import Exported, Keep, Record, Store, Whose, contracts, in_json

RECORDS = (
    Record(
        "damages",
        Store.ACCOUNTS,
        damages_key("{account}"),
        Whose.ACCOUNT,
        Exported("damages.json", json=frozenset({"damages"})),
        Keep("a claim from the contract; the account by its id"),
        contracts(in_json("damages", "recorded_at")),
        sort="{claim}",
    ),
)
