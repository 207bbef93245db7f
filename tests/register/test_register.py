"""The register: what enters it, how its heads are chained, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.licenses.rules import public_view
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.register.rules import (
    EntryPending,
    LeafKind,
    NoTreeHead,
    RegisterBroken,
    TreeHead,
    license_leaf,
    next_head_at,
    number_sha256,
    read_head,
    read_leaf,
    revocation_leaf,
    supersession_leaf,
)
from allmytracks.register.rules_merkle import leaf_hash, verify_consistency, verify_inclusion
from allmytracks.register.s3 import LATEST
from allmytracks.register.use_cases.read_register import MOST_LEAVES
from allmytracks.register.use_cases.register_files import head_name
from tests.factories.instants import NOW
from tests.factories.licenses import letter_of, license_of
from tests.factories.register import (
    Register,
    a_leaf,
    a_revocation,
    number,
    wrong_with,
)
from tests.fakes.register import MemoryRegisterFiles
from tests.fakes.signing import MemoryLicenseKeys

EARLIER = NOW - timedelta(minutes=5)


@pytest.fixture
def register() -> Register:
    return Register()


def memory_files(register: Register) -> MemoryRegisterFiles:
    assert isinstance(register.files, MemoryRegisterFiles)
    return register.files


def test_a_leaf_is_canonical_json_without_the_number_and_without_words() -> None:
    leaf = license_leaf(number(1), rfc3339(NOW), "cd" * 32, "ef" * 32)
    assert leaf.data == json.dumps(json.loads(leaf.data), sort_keys=True, separators=(",", ":"))
    assert json.loads(leaf.data) == {
        "at": rfc3339(NOW),
        "document_sha256": "cd" * 32,
        "jws_sha256": "ef" * 32,
        "kind": "license",
        "number_sha256": number_sha256(number(1)),
    }
    replaced = supersession_leaf(number(1), rfc3339(NOW), number(2), "misspelt_name")
    assert json.loads(replaced.data)["superseded_by_sha256"] == number_sha256(number(2))
    for each in (leaf, replaced):
        assert read_leaf(each.data) == each
        assert "AMT" not in each.data
    assert json.loads(replaced.data)["reason"] == "misspelt_name"
    # A reason in words may name a person, and that of a revocation accuses one.
    assert "reason" not in json.loads(supersession_leaf(number(1), rfc3339(NOW), number(2), "Ada asked").data)
    assert set(json.loads(revocation_leaf(number(1), rfc3339(NOW)).data)) == {"at", "kind", "number_sha256"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind":"other","number_sha256":"a","at":"b"}', "null"])
def test_what_is_no_leaf_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own message for some, ours for others
        read_leaf(text)


@pytest.mark.parametrize("text", ["", "a.b", "a.e30.c", "a.!.c", "a.W10.c"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a head"):
        read_head(text)


def test_heads_are_due_at_the_full_hour() -> None:
    assert next_head_at(datetime(2026, 11, 24, 22, 0, tzinfo=UTC)) == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert next_head_at(datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)) == datetime(2026, 11, 25, tzinfo=UTC)


def test_what_waits_enters_with_the_next_head_in_the_order_of_time(register: Register) -> None:
    leaves = [a_leaf(place) for place in range(5)]
    register.entries.put_pending(leaves[::-1])
    (signed,) = register.sign()
    assert (signed.head.number, signed.head.size, signed.head.previous) == (1, 5, None)
    assert register.leaves() == [leaf.data for leaf in leaves]
    assert wrong_with(register, leaves) == []


def test_every_hour_has_a_head_and_no_hour_two_of_the_same(register: Register) -> None:
    assert [each.head.size for each in register.sign()] == [0]
    assert register.sign() == []
    register.an_hour_later()
    (signed,) = register.sign()
    assert (signed.head.number, signed.head.size) == (2, 0)
    register.entries.put_pending([a_leaf(1)])
    (signed,) = register.sign()
    assert (signed.head.number, signed.head.size) == (3, 1)
    assert wrong_with(register, [a_leaf(1)]) == []


def test_a_clock_moved_back_makes_no_earlier_head(register: Register) -> None:
    (first,) = register.sign()
    register.clock.at -= timedelta(hours=3)
    register.entries.put_pending([a_leaf(1)])
    (second,) = register.sign()
    assert second.head.timestamp == first.head.timestamp


def test_much_enters_with_several_heads_of_one_run(register: Register) -> None:
    register.most_leaves = 320
    leaves = [a_leaf(place) for place in range(1_000)]
    register.entries.put_pending(leaves)
    assert [each.head.size for each in register.sign()] == [320, 640, 960, 1_000]
    assert wrong_with(register, leaves) == []


def test_a_repeated_leaf_does_not_enter_twice(register: Register) -> None:
    register.entries.put_pending([a_leaf(1)])
    register.sign()
    register.entries.put_pending([a_leaf(1), a_leaf(2)])
    register.sign()
    assert wrong_with(register, [a_leaf(1), a_leaf(2)]) == []


def test_a_batch_that_another_run_chose_is_taken_up_and_the_rest_enters_too(register: Register) -> None:
    register.entries.put_pending([a_leaf(1)])
    files = memory_files(register)
    register.sign()
    # As if that run had crashed before it signed.
    for name in (LATEST, head_name(1), "tile/0/000.p/1"):
        del files.stored[name]
    register.entries.put_pending([a_leaf(2)])
    assert [each.head.size for each in register.sign()] == [1, 2]
    assert wrong_with(register, [a_leaf(1), a_leaf(2)]) == []


@pytest.mark.parametrize("place", [0, 40, -1])
def test_nothing_is_signed_on_top_of_a_changed_register(register: Register, place: int) -> None:
    register.entries.put_pending([a_leaf(each) for each in range(3)])
    register.sign()
    files = memory_files(register)
    changed = bytearray(files.stored["tile/0/000.p/3"])
    changed[place] ^= 1
    files.stored["tile/0/000.p/3"] = bytes(changed)
    register.entries.put_pending([a_leaf(9)])
    with pytest.raises(RegisterBroken, match="not the one that was signed"):
        register.sign()
    assert register.read.head().head.number == 1


def test_nothing_is_signed_where_a_file_is_missing(register: Register) -> None:
    register.entries.put_pending([a_leaf(1)])
    register.sign()
    del memory_files(register).stored["tile/0/000.p/1"]
    register.an_hour_later()
    with pytest.raises(RegisterBroken, match="missing"):
        register.sign()


def test_nothing_is_signed_after_a_head_of_another_key(register: Register) -> None:
    register.sign()
    stranger = Register(keys=MemoryLicenseKeys())
    stranger.sign()
    memory_files(register).stored[LATEST] = memory_files(stranger).stored[LATEST]
    register.an_hour_later()
    with pytest.raises(RegisterBroken, match="none of the keys"):
        register.sign()


def test_a_stored_tile_with_other_hashes_stops_the_signing(register: Register) -> None:
    """The consistency of the two trees alone would not show it: the wrong hash is of a fresh leaf."""
    register.entries.put_pending([a_leaf(1)])
    memory_files(register).stored["tile/0/000.p/1"] = leaf_hash(b"another")
    with pytest.raises(RegisterBroken, match="does not follow"):
        register.sign()
    assert LATEST not in memory_files(register).stored


def test_a_stored_head_of_another_tree_is_rejected(register: Register) -> None:
    forged = TreeHead("x", 1, 7, "ab" * 32, rfc3339(NOW), None)
    memory_files(register).stored[head_name(1)] = register.heads.sign(forged).jws.encode()
    with pytest.raises(RegisterBroken, match="another tree"):
        register.sign()


def issue(register: Register, place: int) -> None:
    """A licence on record, before the stream delivered it."""
    register.licenses.records[number(place)] = public_view(letter_of(license_of(number(place), f"dl_{place}")))


@pytest.mark.clause("M-III.5.revoke")
def test_the_proof_of_a_licence_holds_all_its_leaves_and_verifies(register: Register) -> None:
    register.entries.put_pending([a_leaf(place) for place in range(300)])
    register.sign()
    register.entries.put_pending([a_revocation(7)])
    register.an_hour_later()
    (signed,) = register.sign()
    found = register.prove(number(7).lower().replace("-", " "))
    assert found.head == signed
    assert found.pending == []
    assert [each.entry.leaf for each in found.proven] == [a_leaf(7), a_revocation(7)]
    assert [each.entry.head for each in found.proven] == [1, 2]
    for each in found.proven:
        leaf = leaf_hash(each.entry.leaf.data.encode())
        assert verify_inclusion(leaf, each.entry.index, 301, each.path, signed.head.root_hash)


@pytest.mark.clause("M-III.5.revoke")
def test_a_proof_against_an_older_head_shows_when_a_licence_was_there(register: Register) -> None:
    register.entries.put_pending([a_leaf(place) for place in range(3)])
    register.sign()
    register.entries.put_pending([a_leaf(place) for place in range(3, 600)] + [a_revocation(1)])
    register.an_hour_later()
    register.sign()
    found = register.prove(number(1), 1)
    assert [each.entry.leaf.kind for each in found.proven] == [LeafKind.LICENSE]
    leaf = leaf_hash(a_leaf(1).data.encode())
    assert verify_inclusion(leaf, found.proven[0].entry.index, 3, found.proven[0].path, found.head.head.root_hash)
    with pytest.raises(InvalidFields) as refused:
        register.prove(number(500), 1)
    assert "entered with head 2" in refused.value.problems[0].message
    with pytest.raises(NoTreeHead):
        register.prove(number(1), 3)


def test_a_pending_entry_is_reported_with_the_hour_of_its_head(register: Register) -> None:
    with pytest.raises(LicenseNotFound):
        register.prove(number(1))
    with pytest.raises(LicenseNotFound):
        register.prove("AMT-nothing")
    issue(register, 1)  # on record, and the stream has not delivered it yet
    with pytest.raises(EntryPending) as pending:
        register.prove(number(1))
    assert pending.value.extra["next_head_at"] == next_head_at(register.clock.at)
    register.entries.put_pending([a_leaf(1), a_leaf(2)])
    for place in (1, 2):
        with pytest.raises(EntryPending):
            register.prove(number(place))
    register.sign()
    register.entries.put_pending([a_revocation(1)])
    assert register.prove(number(1)).pending == [LeafKind.REVOCATION]


def test_what_entered_with_a_head_that_is_not_complete_still_waits(register: Register) -> None:
    register.entries.put_pending([a_leaf(1)])
    register.sign()
    before = memory_files(register).stored[LATEST]
    register.entries.put_pending([a_leaf(2), a_revocation(1)])
    register.sign()
    memory_files(register).stored[LATEST] = before
    with pytest.raises(EntryPending):
        register.prove(number(2))
    assert register.prove(number(1)).pending == [LeafKind.REVOCATION]
    del memory_files(register).stored[LATEST]
    with pytest.raises(EntryPending):
        register.prove(number(1))


def test_heads_are_consistent_and_sizes_out_of_range_are_refused(register: Register) -> None:
    sizes = []
    for start, end in ((0, 3), (3, 300), (300, 1_000)):
        register.entries.put_pending([a_leaf(place) for place in range(start, end)])
        register.an_hour_later()
        sizes += [each.head for each in register.sign()]
    for older in sizes:
        for newer in sizes:
            if older.size <= newer.size:
                found = register.prove.consistency(older.size, newer.size)
                path = found.path
                assert verify_consistency(older.size, newer.size, older.root_hash, newer.root_hash, path)
    assert register.prove.consistency(3).second == 1_000
    for first, second in ((4, 3), (0, 1_001), (-1, 2), (1_001, None)):
        with pytest.raises(InvalidFields):
            register.prove.consistency(first, second)


def test_heads_are_paged_oldest_first(register: Register) -> None:
    assert register.read.page(0, 10).items == []
    for _ in range(5):
        register.an_hour_later()
        register.sign()
    page = register.read.page(0, 3)
    assert ([each.head.number for each in page.items], page.next_cursor) == ([1, 2, 3], "3")
    page = register.read.page(3, 3)
    assert ([each.head.number for each in page.items], page.next_cursor) == ([4, 5], None)
    assert register.read.page(9, 3).items == []


def test_leaves_are_read_in_parts(register: Register) -> None:
    with pytest.raises(NoTreeHead):
        register.read.leaves(0, 10)
    register.most_leaves = 5_000
    leaves = [a_leaf(place).data for place in range(1_500)]
    register.entries.put_pending([a_leaf(place) for place in range(1_500)])
    register.sign()
    assert register.read.leaves(0, 9_999).leaves == leaves[:MOST_LEAVES]
    assert register.read.leaves(250, 260).leaves == leaves[250:261]
    assert register.read.leaves(1_499, 1_499).leaves == leaves[1_499:]
    for start, end in ((1_500, 1_600), (-1, 3), (5, 4)):
        with pytest.raises(InvalidFields):
            register.read.leaves(start, end)
