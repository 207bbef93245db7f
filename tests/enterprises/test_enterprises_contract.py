"""Enterprises on record: the fake and DynamoDB side by side."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules_reasons import LetterReason
from allmytracks.enterprises.dynamodb import DynamoEnterprises
from allmytracks.enterprises.ports import Enterprises
from allmytracks.enterprises.rules_authority import Finding, LetterStatus, Shelf
from allmytracks.foundation.errors import InvalidFields
from tests.factories.enterprises import COMPANY, a_consent, a_letter
from tests.factories.instants import NOW
from tests.fakes.enterprises import MemoryEnterprises

pytestmark = pytest.mark.clause("U-II.III.1.4.consent")


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def enterprises(request: pytest.FixtureRequest) -> Enterprises:
    if request.param == "memory":
        return MemoryEnterprises()
    return DynamoEnterprises(request.getfixturevalue("accounts_table"))


def test_the_company_is_the_last_that_was_given(enterprises: Enterprises) -> None:
    assert enterprises.company("acc-1") is None
    enterprises.put_company("acc-1", COMPANY)
    enterprises.put_company("acc-1", replace(COMPANY, registration_number=None, address=("Zürich 音楽",)))
    assert enterprises.company("acc-1") == replace(COMPANY, registration_number=None, address=("Zürich 音楽",))
    assert enterprises.company("acc-2") is None


def test_a_declaration_stays_as_it_was_made_first(enterprises: Enterprises) -> None:
    first = [a_consent(), a_consent("privacy-policy")]
    enterprises.declare("acc-1", first)
    enterprises.declare("acc-1", [replace(each, declared_at=NOW + timedelta(days=1)) for each in first])
    other = replace(a_consent(), company=replace(COMPANY, name="Another"))
    enterprises.declare("acc-1", [a_consent(version="2"), other])
    declared = enterprises.declared("acc-1")
    assert set(declared) == {*first, a_consent(version="2"), other}
    assert len(declared) == 4
    assert enterprises.declared("acc-2") == []


def test_a_letter_changes_only_from_what_was_read(enterprises: Enterprises) -> None:
    assert enterprises.letter("acc-1") is None
    whole = a_letter(
        status=LetterStatus.REFUSED,
        reviewed_at=NOW,
        reason=LetterReason.NOT_SIGNED,
        due_at=NOW + timedelta(days=30),
        earlier=(Finding("loa_0", LetterReason.NOT_LEGIBLE, NOW),),
    )
    assert enterprises.replace_letter(whole)
    assert enterprises.replace_letter(whole), "a repetition after a lost answer"
    assert not enterprises.replace_letter(a_letter("loa_2"))
    kept = enterprises.letter("acc-1")
    assert kept == replace(whole, revision=1)
    assert enterprises.replace_letter(replace(kept, status=LetterStatus.ACCEPTED, due_at=None))
    assert not enterprises.replace_letter(replace(kept, status=LetterStatus.IN_REVIEW))


def test_letters_lie_on_their_shelf_in_its_order(enterprises: Enterprises) -> None:
    def shelved(shelf: Shelf, limit: int = 10, cursor: str | None = None) -> list[str]:
        return [each.account_id for each in enterprises.letters(shelf, limit=limit, cursor=cursor).items]

    for place in (3, 1, 2):
        at = NOW + timedelta(hours=place)
        assert enterprises.replace_letter(a_letter(f"loa_{place}", f"acc-{place}", submitted_at=at))
    assert shelved(Shelf.WAITING) == ["acc-1", "acc-2", "acc-3"]
    first = enterprises.letters(Shelf.WAITING, limit=2, cursor=None)
    assert first.next_cursor is not None
    assert shelved(Shelf.WAITING, cursor=first.next_cursor) == ["acc-3"]
    waiting = enterprises.letter("acc-1")
    assert waiting is not None
    refused = replace(waiting, status=LetterStatus.REFUSED, due_at=NOW, reviewed_at=NOW, reason=LetterReason.NOT_SIGNED)
    assert enterprises.replace_letter(refused)
    assert (shelved(Shelf.WAITING), shelved(Shelf.REFUSED)) == (["acc-2", "acc-3"], ["acc-1"])
    with pytest.raises(InvalidFields):
        shelved(Shelf.WAITING, cursor="nonsense")
