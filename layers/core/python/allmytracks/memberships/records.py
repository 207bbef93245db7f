"""Memberships as stored records."""

from __future__ import annotations

from allmytracks.foundation.aws.keys import OF_ACCOUNT, allowance_key
from allmytracks.foundation.records import ACCOUNTS_LIFE, Delete, Exported, NotExported, Record, Store, Whose
from allmytracks.memberships.dynamodb import MEMBERSHIP
from allmytracks.memberships.dynamodb_ends import END

RECORDS = (
    Record(
        "membership",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("membership.json", hidden=frozenset({"revision", "whole"}), json=frozenset({"purchases"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=MEMBERSHIP,
    ),
    Record(
        "end of a membership",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        NotExported("when the next notice is due; the membership says the same"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=END,
    ),
    Record(
        "allowance",
        Store.COUNTERS,
        allowance_key("{account}"),
        Whose.ACCOUNT,
        NotExported("counts that follow from downloads and membership"),
        Delete(),
        ACCOUNTS_LIFE,
    ),
)
