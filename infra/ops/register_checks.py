"""Checking what the register shows, with nothing but the public keys: nobody's word is taken, its operator's least."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from allmytracks.licenses.rules_numbers import LicenseNotFound, normal_number
from allmytracks.licenses.schemas import JwksAnswer
from allmytracks.register.jws import verified_head
from allmytracks.register.rules import (
    LeafKind,
    SignedHead,
    TreeHead,
    number_sha256,
    read_leaf,
)
from allmytracks.register.rules_merkle import leaf_hash, verify_consistency, verify_inclusion
from allmytracks.register.schemas import (
    ConsistencyAnswer,
    HeadAnswer,
    InclusionAnswer,
    RegisterEntryAnswer,
    head_answer,
)

Keys = Sequence[Mapping[str, str]]
S = TypeVar("S")


class Registered(StrEnum):
    """What of a licence a file is, byte for byte."""

    LETTER = "the very file that was registered"
    SIGNED_TEXT = "its signed text as it was registered; no letter, whose pages may say otherwise"


class DoesNotHold(Exception):
    """What was shown is not borne out: altered, not signed by the keys, or contradicting what was shown before."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof shows of one licence."""

    number: str
    head: TreeHead
    entries: list[RegisterEntryAnswer]
    held: Registered | None
    """What the file beside it is; None where there was none."""


def read_file(file: Path, schema: type[S]) -> S:
    """A JSON file in its schema. Raises DoesNotHold."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=schema)
    except msgspec.MsgspecError as error:
        raise DoesNotHold(f"{file} is not what it should be: {error}") from None


def keys_in(jwks: JwksAnswer) -> Keys:
    """The public keys of a key set."""
    return [msgspec.to_builtins(key) for key in jwks.keys]


def check_head(shown: HeadAnswer, keys: Keys) -> SignedHead:
    """The head that one of the keys signed. Raises DoesNotHold."""
    try:
        signed = verified_head(shown.jws, keys)
    except ValueError as error:
        raise DoesNotHold(f"head {shown.number}: {error}") from None
    if head_answer(signed) != shown:
        raise DoesNotHold(f"head {shown.number} does not say what was signed")
    return signed


def check_inclusion(proof: InclusionAnswer, keys: Keys, letter: bytes | None = None) -> Proven:
    """What the proof shows. Raises DoesNotHold."""
    head = check_head(proof.head, keys).head
    try:
        number = normal_number(proof.number)
    except LicenseNotFound as error:
        raise DoesNotHold(error.detail) from None
    if proof.number_sha256 != number_sha256(number) or not proof.entries:
        raise DoesNotHold("the proof is of another licence, or of none")
    for entry in proof.entries:
        _check_entry(entry, head, proof.number_sha256)
    return Proven(number, head, proof.entries, _registered(proof.entries, letter))


def check_consistency(older: SignedHead, newer: SignedHead, shown: ConsistencyAnswer) -> None:
    """That the tree of one head is the beginning of the other's. Raises DoesNotHold."""
    first, second = older.head, newer.head
    path = [_bytes(each) for each in shown.path]
    if not verify_consistency(first.size, second.size, first.root_hash, second.root_hash, path):
        raise DoesNotHold(f"head {second.number} does not continue head {first.number}: the register was rewritten")


def _check_entry(entry: RegisterEntryAnswer, head: TreeHead, name: str) -> None:
    try:
        leaf = read_leaf(entry.leaf)
    except ValueError as error:
        raise DoesNotHold(str(error)) from None
    if (leaf.number_sha256, leaf.kind.value, leaf.at) != (name, entry.kind, entry.at):
        raise DoesNotHold(f"leaf {entry.index} differs from the record it was checked against")
    hashed, path = leaf_hash(entry.leaf.encode()), [_bytes(each) for each in entry.path]
    if hashed.hex() != entry.leaf_hash or not verify_inclusion(hashed, entry.index, head.size, path, head.root_hash):
        raise DoesNotHold(f"leaf {entry.index} is not in the tree of head {head.number}")


def _registered(entries: Sequence[RegisterEntryAnswer], held: bytes | None) -> Registered | None:
    """Whether what is held is the registered PDF or the registered JWS. Raises DoesNotHold."""
    if held is None:
        return None
    document = hashlib.sha256(held).hexdigest()
    # An editor may have put a line's end behind the JWS; a PDF counts as it is, to its last byte.
    text = hashlib.sha256(held.strip()).hexdigest()
    for facts in (msgspec.json.decode(entry.leaf, type=dict[str, str]) for entry in entries):
        if facts["kind"] == LeafKind.LICENSE and document == facts["document_sha256"]:
            return Registered.LETTER
        if facts["kind"] == LeafKind.LICENSE and text == facts["jws_sha256"]:
            return Registered.SIGNED_TEXT
    raise DoesNotHold("the file is not the letter that was registered: a byte of it was changed, or it is another")


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise DoesNotHold("the proof is not written in hexadecimal digits") from None
