"""Reads the stream of the accounts table for facts about licences, as leaves of the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.licenses.states.dynamodb import (
    RECORD,
    REVOCATION,
    SUPERSESSION,
    LicenseItem,
    change_of,
    public_of,
)
from allmytracks.register.rules import Leaf
from allmytracks.register.rules_leaves import change_leaf, record_leaf

# Raised by reading an item with missing or unknown content.
UNREADABLE = (LookupError, TypeError, ValueError, msgspec.MsgspecError, LicenseNotFound)


@dataclass
class Facts:
    """The leaves of a batch; `unreadable` is the sequence number of the first unreadable record."""

    leaves: list[Leaf] = field(default_factory=list)
    unreadable: str | None = None


def facts_of(records: Sequence[Mapping[str, Any]]) -> Facts:
    """The leaves of a batch of inserted items of licences' public partitions."""
    facts = Facts()
    for record in records:
        change = record["dynamodb"]
        try:
            facts.leaves.append(_leaf(LicenseItem.from_raw_data({**change["NewImage"], **change["Keys"]})))
        except UNREADABLE:
            facts.unreadable = facts.unreadable or change["SequenceNumber"]
    return facts


def _leaf(item: LicenseItem) -> Leaf:
    if item.sk == RECORD:
        return record_leaf(public_of([item]))
    if item.sk in (REVOCATION, SUPERSESSION):
        return change_leaf(change_of(item))
    raise LookupError(item.sk)
