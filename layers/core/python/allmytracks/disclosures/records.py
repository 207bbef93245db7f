"""Disclosures as stored records."""

from __future__ import annotations

from allmytracks.disclosures.dynamodb import DISCLOSURE
from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import Exported, Pseudonymise, Record, Store, Whose, attribute, contracts

RECORDS = (
    Record(
        "disclosure",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("disclosures.json", hidden=frozenset({"recorded_by"})),
        Pseudonymise(
            "shows that data were disclosed, to whom and on which basis; the account by its id",
            leaves=frozenset({"account_id", "at", "to", "basis", "recorded_by", "recorded_at"}),
            replaced={"what": "erased", "why": "erased"},
        ),
        contracts(attribute("recorded_at")),
        sort=f"{DISCLOSURE}{{at}}#{{disclosure}}",
    ),
)
