"""Notices as stored records."""

from __future__ import annotations

from allmytracks.accounts.dynamodb import account_key
from allmytracks.foundation.records import ACCOUNTS_LIFE, Delete, Exported, NotExported, Record, Store, Whose
from allmytracks.notices.dynamodb import COUNT, NOTICE

RECORDS = (
    Record(
        "notice",
        Store.ACCOUNTS,
        account_key("{account}"),
        Whose.ACCOUNT,
        Exported("notices.json", hidden=frozenset({"state", "taken_at", "timeline_key", "timeline_at"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{NOTICE}{{at}}#{{notice}}",
    ),
    Record(
        "count of unread notices",
        Store.ACCOUNTS,
        account_key("{account}"),
        Whose.ACCOUNT,
        NotExported("follows from the notices"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{NOTICE}{COUNT}",
    ),
)
