"""Following the whole register: every leaf is hashed again, every head compared with what it should be.

What was seen last is kept in a file, so that a later audit goes on from there and notices when the register no longer
contains it: a register that shows different people different trees is found out by the first who compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import msgspec

from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.register.rules import PERIOD, SignedHead, read_leaf
from allmytracks.register.rules_merkle import GrowingTree, leaf_hash
from allmytracks.register.schemas import HeadsAnswer, LeavesAnswer
from infra.ops.public_api import PublicApi
from infra.ops.register_checks import DoesNotHold, Keys, check_head, read_file

PAGE = 100
MOST_LATE = timedelta(hours=1) + PERIOD


class Seen(msgspec.Struct):
    """What an auditor has seen: the last head, and the tree's complete subtrees."""

    origin: str
    number: int
    size: int
    sha256: str
    timestamp: str
    peaks: list[str]


@dataclass
class Audited:
    """What an audit found: how many heads and leaves were new, and leaves that entered long after what they state."""

    heads: int = 0
    leaves: int = 0
    late: list[str] = field(default_factory=list)


@dataclass
class Audit:
    """One audit. `told` is called with what was looked at so far."""

    api: PublicApi
    keys: Keys
    state: Path
    told: Callable[[Audited], None]

    def run(self) -> tuple[Seen | None, Audited]:
        """What was seen last, and what is new. Raises DoesNotHold at the first thing that is wrong; OpsError."""
        seen = read_file(self.state, Seen) if self.state.exists() else None
        found = Audited()
        tree = GrowingTree(seen.size, [bytes.fromhex(peak) for peak in seen.peaks]) if seen else GrowingTree()
        for signed in self._heads(seen):
            late = self._follow(signed, seen, tree)
            found.late += late
            found.heads += 1
            found.leaves += signed.head.size - (seen.size if seen else 0)
            seen = _seen(signed, tree)
            self._keep(seen)
            self.told(found)
        return seen, found

    def _heads(self, seen: Seen | None) -> Iterator[SignedHead]:
        """The heads after the one that was seen last; that one must still be there."""
        cursor: str | None = str(seen.number - 1) if seen else None
        first = True
        while cursor is not None or first:
            page = self.api.get("/v1/register/heads", HeadsAnswer, cursor=cursor, limit=PAGE)
            items = page.items
            if first and seen:
                if not items or check_head(items[0], self.keys).sha256 != seen.sha256:
                    raise DoesNotHold(f"head {seen.number}, seen before, is gone or another: the register has forked")
                items = items[1:]
            yield from (check_head(each, self.keys) for each in items)
            cursor, first = page.next_cursor, False

    def _follow(self, signed: SignedHead, seen: Seen | None, tree: GrowingTree) -> list[str]:
        """Grows the tree to this head's. Answers the leaves that are late. Raises DoesNotHold."""
        head = signed.head
        if head.number != (seen.number + 1 if seen else 1) or head.previous != (seen.sha256 if seen else None):
            raise DoesNotHold(f"head {head.number} does not follow the head before it: the register has forked")
        if seen and (head.origin != seen.origin or head.timestamp < seen.timestamp):
            raise DoesNotHold(f"head {head.number} is of another register, or earlier than the one before")
        if head.size < tree.size:
            raise DoesNotHold(f"head {head.number} holds fewer leaves than the one before")
        late = []
        while tree.size < head.size:
            for data in self._leaves(tree.size, head.size):
                tree.append(leaf_hash(data.encode()))
                if _is_late(data, signed):
                    late.append(data)
        if tree.root() != head.root_hash:
            raise DoesNotHold(f"head {head.number} is not of the leaves that are shown: the register was rewritten")
        return late

    def _leaves(self, start: int, end: int) -> list[str]:
        shown = self.api.get("/v1/register/entries", LeavesAnswer, start=start, end=end - 1)
        if shown.start != start or not shown.leaves:
            raise DoesNotHold(f"leaf {start} is not shown")
        return shown.leaves[: end - start]

    def _keep(self, seen: Seen) -> None:
        written = self.state.with_name(f"{self.state.name}.new")
        written.write_bytes(msgspec.json.format(msgspec.json.encode(seen)))
        written.replace(self.state)


def _seen(signed: SignedHead, tree: GrowingTree) -> Seen:
    of, peaks = signed.head, [peak.hex() for peak in tree.peaks]
    return Seen(of.origin, of.number, of.size, signed.sha256, of.timestamp, peaks)


def _is_late(data: str, signed: SignedHead) -> bool:
    """Whether a leaf states a time long before the head with which it entered, or after it. Raises DoesNotHold."""
    try:
        stated = parse_rfc3339(read_leaf(data).at)
    except ValueError as error:
        raise DoesNotHold(f"{error}: {data[:200]}") from None
    waited = parse_rfc3339(signed.head.timestamp) - stated
    return not timedelta(0) <= waited <= MOST_LATE
