"""Downloads and links as stored records."""

from __future__ import annotations

from datetime import timedelta

from allmytracks.downloads.dynamodb_attributes import download_sk
from allmytracks.downloads.dynamodb_links import links_of
from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    Delete,
    Exported,
    Pseudonymise,
    Record,
    Retention,
    Store,
    Whose,
    attribute,
)

# Long enough for anti-fraud, chargebacks and claims of stolen accounts (a card's dispute: 540 days at most).
_DEVICES_DAYS = 540
_FORGET = Pseudonymise("the download itself is kept", replaced={"source_ip": "", "user_agent": ""})
_WHY = "addresses and devices serve the search for misuse, for as long as a payment can be disputed"


def _devices(since: str) -> Retention:
    return Retention("devices", _WHY, timedelta(days=_DEVICES_DAYS), attribute(since), _FORGET)


RECORDS = (
    Record(
        "download",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("downloads.json", hidden=frozenset({"fingerprint", "key_hash", "object_key", "account_id"})),
        Delete(),
        _devices("granted_at"),
        sort=download_sk("{download}"),
    ),
    Record(
        "link",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("links.json", hidden=frozenset({"account_id"})),
        Delete(),
        _devices("issued_at"),
        sort=links_of("{download}") + "{place}",
    ),
)
