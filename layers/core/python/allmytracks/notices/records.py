"""Notices as stored records."""

from __future__ import annotations

from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import ACCOUNTS_LIFE, Delete, Exported, NotExported, Record, Store, Whose
from allmytracks.notices.dynamodb import COUNT, MAIL_FAILURE, NOTICE

RECORDS = (
    Record(
        "notice",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("notices.json", hidden=frozenset({"state", "taken_at", "timeline_key", "timeline_at"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{NOTICE}{{at}}#{{notice}}",
    ),
    Record(
        "count of unread notices",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        NotExported("follows from the notices"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{NOTICE}{COUNT}",
    ),
    Record(
        "failure of mail",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("mail-failures.json", hidden=frozenset({"timeline_key", "timeline_at", "account_id"})),
        Delete(),
        ACCOUNTS_LIFE,
        sort=MAIL_FAILURE,
    ),
)
