"""Applications to close an account as stored records."""

from __future__ import annotations

from allmytracks.closing.dynamodb import CLOSING
from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import Exported, Pseudonymise, Record, Store, Whose, attribute, contracts

RECORDS = (
    Record(
        "closing",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("closing.json", hidden=frozenset({"timeline_key", "timeline_at"})),
        Pseudonymise(
            "shows when and why the contract ended",
            leaves=frozenset({"status", "applied_at", "forfeit", "decided_at", "decided_reason"}),
        ),
        contracts(attribute("applied_at")),
        sort=CLOSING,
    ),
)
