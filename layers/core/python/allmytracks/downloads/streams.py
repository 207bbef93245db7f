"""Reads the stream of the accounts table for granted downloads and issued links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from allmytracks.downloads.dynamodb_attributes import ALIAS, DOWNLOAD
from allmytracks.enforcement.use_cases.watch_downloads import Seen
from allmytracks.foundation.aws.keys import account_of_key
from allmytracks.foundation.instants import parse_rfc3339


@dataclass
class AccountRecords:
    """What a batch holds of one account; `first` is the sequence number that a retry starts from."""

    account_id: str
    first: str
    seen: list[Seen] = field(default_factory=list)


def by_account(records: Sequence[Mapping[str, Any]]) -> list[AccountRecords]:
    """Inserted downloads and links of a batch, in order, each with those of its account."""
    found: dict[str, AccountRecords] = {}
    for record in records:
        change = record["dynamodb"]
        if ALIAS in change["NewImage"]:
            continue  # an alias that a licence made of a download already seen
        account_id = account_of_key(change["Keys"]["pk"]["S"])
        of_account = found.setdefault(account_id, AccountRecords(account_id, change["SequenceNumber"]))
        of_account.seen.append(_seen(change))
    return list(found.values())


def _seen(change: Mapping[str, Any]) -> Seen:
    sort_key, image = change["Keys"]["sk"]["S"], change["NewImage"]

    def text(name: str) -> str:
        return str(image.get(name, {}).get("S", ""))

    is_link = not sort_key.startswith(DOWNLOAD)
    at = parse_rfc3339(text("issued_at" if is_link else "granted_at"))
    return Seen(sort_key, at, text("source_ip"), text("user_agent"), is_link)


def tracks_of(records: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The track of each granted download among the records, by the download's id."""
    changes = [each["dynamodb"] for each in records]
    downloads = [
        each for each in changes if each["Keys"]["sk"]["S"].startswith(DOWNLOAD) and ALIAS not in each["NewImage"]
    ]
    return {each["Keys"]["sk"]["S"].removeprefix(DOWNLOAD): each["NewImage"]["track_id"]["S"] for each in downloads}
