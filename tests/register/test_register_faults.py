"""The register while AWS fails, and while many sign at once: one tree, no leaf lost, none twice (M-III.8.apply)."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.register.dynamodb import DynamoRegisterEntries
from allmytracks.register.ports import Latest, TreeHeads
from allmytracks.register.rules import Entry, Leaf, SignedHead, TreeHead
from tests.factories.register import Register, a_leaf, a_revocation, wrong_with
from tests.fakes.register import MemoryRegisterEntries, MemoryRegisterFiles
from tests.faults.injector import (
    FallibleCalls,
    Fault,
    Killed,
    Kind,
    Moment,
    Plan,
    no_faults,
)

MOST_TRIES = 6
FAULTS = [Fault(kind, moment) for kind in (Kind.TIMED_OUT, Kind.KILLED) for moment in Moment]


class FallibleEntries(MemoryRegisterEntries):
    """Every write of an item is a call of its own: batches break in the middle."""

    def __init__(self, calls: FallibleCalls) -> None:
        super().__init__()
        self.calls = calls

    def pending(self, limit: int) -> list[Leaf]:
        return self.calls.send("pending", lambda: super(FallibleEntries, self).pending(limit))

    def entered_among(self, leaves: Sequence[Leaf]) -> list[Leaf]:
        return self.calls.send("entered", lambda: super(FallibleEntries, self).entered_among(leaves))

    def enter(self, entries: Sequence[Entry]) -> None:
        for each in entries:
            self.calls.send("enter", lambda each=each: super(FallibleEntries, self).enter([each]))  # type: ignore[misc]  # a default binds the value

    def drop_pending(self, leaves: Sequence[Leaf]) -> None:
        for each in leaves:
            self.calls.send("drop", lambda each=each: super(FallibleEntries, self).drop_pending([each]))  # type: ignore[misc]  # as above


class FallibleFiles(MemoryRegisterFiles):
    """Every file is a call of its own."""

    def __init__(self, calls: FallibleCalls) -> None:
        super().__init__()
        self.calls = calls

    def get(self, name: str) -> bytes | None:
        return self.calls.send(f"get {name}", lambda: self.stored.get(name))

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        for name, content in files:
            self.claim(name, content)

    def claim(self, name: str, content: bytes) -> bytes:
        return self.calls.send(f"put {name}", lambda: super(FallibleFiles, self).claim(name, content))

    def latest(self) -> Latest | None:
        held = self.get("latest")
        return Latest(held.decode(), held.decode()) if held else None

    def set_latest(self, jws: str, after: Latest | None) -> bool:
        standing = (
            Latest(self.stored["latest"].decode(), self.stored["latest"].decode()) if "latest" in self.stored else None
        )

        def put() -> bool:
            if standing != after:
                return False
            self.stored["latest"] = jws.encode()
            return True

        return self.calls.send("put latest", put)


@dataclass
class FallibleHeads:
    """The key."""

    heads: TreeHeads
    calls: FallibleCalls

    def sign(self, head: TreeHead) -> SignedHead:
        return self.calls.send("sign", lambda: self.heads.sign(head))

    def verified(self, jws: str) -> SignedHead:
        return self.heads.verified(jws)


def patiently(register: Register) -> None:
    """The schedule tries again, and the next hour does."""
    for _ in range(MOST_TRIES):
        try:
            register.sign()
        except (Unavailable, Killed):
            continue
        return
    raise AssertionError(f"did not go well in {MOST_TRIES} tries")


def two_hours(plan: Plan) -> tuple[list[str], list[str]]:
    """An hour that goes well, and one under faults: what was wrong in the end, and what was sent."""
    calls = FallibleCalls()
    register = Register(FallibleEntries(calls), FallibleFiles(calls))
    register.heads = FallibleHeads(register.heads, calls)  # type: ignore[assignment]  # it replaces the real ones
    early = [a_leaf(place) for place in range(254)]
    register.entries.put_pending(early)
    register.sign()
    fresh = [a_leaf(place) for place in range(254, 258)]
    register.entries.put_pending([*fresh, early[3]])  # the stream delivers one again
    register.an_hour_later()
    calls.expect(plan)
    patiently(register)
    sent = calls.sent
    calls.expect(no_faults)
    register.entries.put_pending([a_revocation(1), fresh[0]])
    register.an_hour_later()
    register.sign()
    return wrong_with(register, [*early, *fresh, a_revocation(1)]), sent


def failing_at(faults: dict[int, Fault]) -> Plan:
    return lambda number, _operation: faults.get(number)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_one_fault_at_each_call(fault: Fault) -> None:
    wrong, calls = two_hours(no_faults)
    assert wrong == []
    assert {"pending", "entered", "enter", "drop", "sign", "put latest", "put heads/0000000002.jws"} <= set(calls)
    for number in range(len(calls)):
        assert two_hours(failing_at({number: fault}))[0] == [], f"{fault} at {calls[number]}"


def test_several_faults_anywhere() -> None:
    chosen = random.Random(5)  # noqa: S311 - a choice, no secret
    length = len(two_hours(no_faults)[1])
    for _ in range(60):
        faults = {chosen.randrange(2 * length): chosen.choice(FAULTS) for _ in range(3)}
        assert two_hours(failing_at(faults))[0] == [], str(faults)


@pytest.mark.dynamodb
def test_concurrent_runs_sign_one_tree(make_table: object) -> None:
    assert callable(make_table)
    table: Table = make_table("RegisterTable")
    files, leaves, signers = MemoryRegisterFiles(), [a_leaf(place) for place in range(90)], 6
    first = Register(DynamoRegisterEntries(table), files, most_leaves=32)
    first.entries.put_pending(leaves[:40])
    # Each signer is a process of its own: its own adapter, the shared key and bucket.
    others = [Register(DynamoRegisterEntries(table), files, first.keys, most_leaves=32) for _ in range(signers)]

    def act(place: int) -> list[SignedHead]:
        others[place].entries.put_pending(leaves[40 + place :: signers])
        return others[place].sign()

    with ThreadPoolExecutor(signers) as pool:
        signed = [head for heads in pool.map(act, range(signers)) for head in heads]
    first.an_hour_later()
    first.sign()
    assert len({each.head.number for each in signed}) == len(signed)
    assert wrong_with(first, leaves) == []
