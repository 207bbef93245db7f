"""Reading the stream of the accounts table: what was done with licences, as leaves of the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from allmytracks.register.rules import Leaf, license_leaf, revocation_leaf, supersession_leaf

PREFIX = "LICENSE#"


@dataclass
class Facts:
    """What a batch holds; `unreadable` is the sequence number of the first record that is nothing we know."""

    leaves: list[Leaf] = field(default_factory=list)
    unreadable: str | None = None


class _Proofs(msgspec.Struct):
    """Of a licence's public record, what binds the letter."""

    document_sha256: str
    jws_sha256: str


def facts_of(records: Sequence[Mapping[str, Any]]) -> Facts:
    """The leaves of a batch of inserted items of licences' public partitions."""
    facts = Facts()
    for record in records:
        change = record["dynamodb"]
        try:
            facts.leaves.append(_leaf(change["Keys"], change["NewImage"]))
        except (LookupError, msgspec.MsgspecError):
            facts.unreadable = facts.unreadable or change["SequenceNumber"]
    return facts


def _leaf(keys: Mapping[str, Any], image: Mapping[str, Any]) -> Leaf:
    number = keys["pk"]["S"].removeprefix(PREFIX)

    def text(name: str) -> str:
        return str(image[name]["S"])

    match keys["sk"]["S"]:
        case "RECORD":
            proofs = msgspec.json.decode(text("public"), type=_Proofs)
            return license_leaf(number, text("issued_at"), proofs.document_sha256, proofs.jws_sha256)
        case "REVOCATION":
            return revocation_leaf(number, text("revoked_at"))
        case "SUPERSESSION":
            return supersession_leaf(number, text("superseded_at"), text("superseded_by"), text("reason"))
        case other:
            raise LookupError(other)
