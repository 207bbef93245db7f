"""What the tests of the register share: leaves, and a register on twins in memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules_numbers import ALPHABET, license_number
from allmytracks.register.jws import JwsTreeHeads
from allmytracks.register.ports import RegisterEntries, RegisterFiles
from allmytracks.register.rules import Leaf, license_leaf, read_leaf, revocation_leaf
from allmytracks.register.rules_merkle import GrowingTree, leaf_hash
from allmytracks.register.use_cases.prove_entry import ProveEntry
from allmytracks.register.use_cases.read_register import ReadRegister
from allmytracks.register.use_cases.sign_tree_head import SignTreeHead
from tests.factories.instants import NOW
from tests.factories.licenses import PUBLIC_URL
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.downloads import MemoryDownloads
from tests.fakes.foundation import FixedClock
from tests.fakes.licenses import MemoryLicenses
from tests.fakes.register import MemoryRegisterEntries, MemoryRegisterFiles
from tests.fakes.signing import MemoryLicenseKeys


def number(place: int) -> str:
    """The licence number of a place; different for each."""
    text = ""
    while place:
        place, digit = divmod(place, len(ALPHABET))
        text = ALPHABET[digit] + text
    return license_number(text.rjust(23, "0"))


def a_leaf(place: int, at: datetime = NOW) -> Leaf:
    """The leaf of a licence."""
    proofs = [hashlib.sha256(f"{kind} {place}".encode()).hexdigest() for kind in ("document", "jws")]
    return license_leaf(number(place), rfc3339(at + timedelta(milliseconds=place)), *proofs)


def a_revocation(place: int, at: datetime = NOW + timedelta(minutes=30)) -> Leaf:
    """The leaf of its revocation."""
    return revocation_leaf(number(place), rfc3339(at))


@dataclass
class Register:
    """A register whose clock tests move."""

    entries: RegisterEntries = field(default_factory=MemoryRegisterEntries)
    files: RegisterFiles = field(default_factory=MemoryRegisterFiles)
    keys: MemoryLicenseKeys = field(default_factory=MemoryLicenseKeys)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    most_leaves: int = 1_000

    def __post_init__(self) -> None:
        self.licenses = MemoryLicenses(MemoryAccounts(), MemoryDownloads())
        self.heads = JwsTreeHeads(self.keys)
        self.read = ReadRegister(self.files)
        self.prove = ProveEntry(self.entries, self.files, self.licenses, self.clock)

    @property
    def sign(self) -> SignTreeHead:
        return SignTreeHead(self.entries, self.files, self.heads, self.clock, PUBLIC_URL, self.most_leaves)

    def an_hour_later(self) -> None:
        self.clock.at += timedelta(hours=1)

    def leaves(self) -> list[str]:
        """All that is in the register."""
        size = self.read.head().head.size
        found: list[str] = []
        while len(found) < size:
            found += self.read.leaves(len(found), size).leaves
        return found


def wrong_with(register: Register, leaves: list[Leaf]) -> list[str]:
    """What is wrong if exactly these leaves entered: checks every head, leaf and index."""
    wrong, tree, previous = [], GrowingTree(), None
    held = [read_leaf(data) for data in register.leaves()]
    if sorted(leaf.key for leaf in held) != sorted(leaf.key for leaf in leaves):
        wrong.append(f"{len(held)} leaves entered where {len(leaves)} wait to")
    last = register.read.head().head.number
    heads = [register.heads.verified(register.read.head(each).jws) for each in range(1, last + 1)]
    if len({signed.head.number for signed in heads}) != len(heads):
        wrong.append("a head has two numbers")
    for signed in heads:
        for leaf in held[tree.size : signed.head.size]:
            tree.append(leaf_hash(leaf.data.encode()))
        if (tree.size, tree.root().hex()) != (signed.head.size, signed.head.root):
            wrong.append(f"head {signed.head.number} is not of its leaves")
        if signed.head.previous != previous:
            wrong.append(f"head {signed.head.number} does not follow the one before")
        previous = signed.sha256
    for index, leaf in enumerate(held):
        if [each.index for each in register.entries.entered_of(leaf.number_sha256) if each.leaf == leaf] != [index]:
            wrong.append(f"leaf {index} is not found by its number")
    if register.entries.pending(10_000):
        wrong.append("leaves wait that entered")
    return wrong
