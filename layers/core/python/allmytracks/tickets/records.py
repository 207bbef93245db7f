"""Tickets and their files as stored records."""

from __future__ import annotations

from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    Delete,
    Exported,
    NotExported,
    Record,
    Retention,
    Store,
    Whose,
    contracts,
    in_json,
)
from allmytracks.tickets.dynamodb import ABOUT, OWN, OWNER
from allmytracks.tickets.rules_attachments import attachment_key, request_file_key

_TICKET = Exported(
    "tickets.json", hidden=frozenset({"timeline_key", "timeline_at", "revision"}), json=frozenset({"ticket"})
)
_WITH_TICKET = Retention(
    "ticket",
    "while the ticket is kept",
    follows=frozenset({"ticket", "ticket about an account", "ticket about no account"}),
)

RECORDS = (
    Record(
        "ticket",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        _TICKET,
        Delete(),
        contracts(in_json("ticket", "changed_at")),
        sort=f"{OWN}{{at}}#{{ticket}}",
    ),
    Record(
        "ticket about an account",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        NotExported("written by somebody who did not sign in; it may be about others"),
        Delete(),
        contracts(in_json("ticket", "changed_at")),
        sort=f"{ABOUT}{{at}}#{{ticket}}",
    ),
    Record(
        "ticket about no account",
        Store.ACCOUNTS,
        f"{OWN}{{ticket}}",
        Whose.CLIENT,
        NotExported("no account's"),
        Delete(),
        contracts(in_json("ticket", "changed_at")),
        sort=f"{ABOUT}{{at}}#{{ticket}}",
    ),
    Record(
        "place of a ticket",
        Store.ACCOUNTS,
        f"{OWN}{{ticket}}",
        Whose.ACCOUNT,
        NotExported("says where the ticket lies"),
        Delete(),
        _WITH_TICKET,
        sort=OWNER,
    ),
    Record(
        "file of a ticket",
        Store.DOCUMENTS,
        attachment_key("{account}", "{ticket}", "{file}"),
        Whose.ACCOUNT,
        Exported("attachments"),
        Delete(),
        _WITH_TICKET,
        folder="tickets/{account}/",
    ),
    Record(
        "file of a request without sign-in",
        Store.DOCUMENTS,
        request_file_key("{ticket}", "{file}"),
        Whose.CLIENT,
        NotExported("sent by somebody who did not sign in; it may be about others"),
        Delete(),
        _WITH_TICKET,
        folder="requests/{ticket}/",
    ),
)
