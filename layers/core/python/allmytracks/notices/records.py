"""Notices as stored records."""

from __future__ import annotations

from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    ACCOUNTS_LIFE,
    PRODUCT,
    Delete,
    Exported,
    Hold,
    Keep,
    NotExported,
    Record,
    Store,
    Whose,
    attribute,
    contracts,
)
from allmytracks.notices.dynamodb import COUNT, MAIL_FAILURE, NOTICE
from allmytracks.notices.dynamodb_mailings import MAILING, PART, TO

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
    Record(
        "mailing",
        Store.ACCOUNTS,
        f"{MAILING}#{{mailing}}",
        Whose.NOBODY,
        NotExported("no account's; each of its accounts has the notice"),
        Keep("shows what was announced to members, to how many, and when"),
        PRODUCT,
        sort=MAILING,
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "accounts of a mailing",
        Store.ACCOUNTS,
        f"{MAILING}#{{mailing}}",
        Whose.NOBODY,
        NotExported("ids of accounts alone"),
        Keep("ids of accounts alone: shows who was to be notified"),
        PRODUCT,
        sort=f"{PART}{{part}}",
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "delivery of a mailing",
        Store.ACCOUNTS,
        f"{MAILING}#{{mailing}}",
        Whose.ACCOUNT,
        NotExported("the notice itself is in the archive"),
        Keep("the account's id alone: shows that it was notified, of a breach among others"),
        contracts(attribute("at")),
        sort=f"{TO}{{account}}",
    ),
)
