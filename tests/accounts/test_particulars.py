"""Particulars: filled in, changed and removed at any time, by who read them last."""

from __future__ import annotations

import pytest

from allmytracks.accounts.rules import AccountFrozen, AccountStatus
from allmytracks.accounts.rules_particulars import TEXTS
from allmytracks.accounts.use_cases.change_particulars import ChangeParticulars
from allmytracks.foundation.errors import InvalidFields, PreconditionFailed
from tests.factories.sign_up_world import World

GIVEN: dict[str, str | None] = {
    "display_name": "Ada",
    "nickname": "Countess",
    "occupation": "Mathematician",
    "signature": "The engine weaves patterns.",
    "gender": "female",
    "birthday": "1990-12-10",
    "region": "London",
    "education": "at home",
    "profile": "I write programs, and a bad mint is no harm.",
    "country": "GB",
    "language": "en-GB",
}


class Member:
    """A member who changes particulars."""

    def __init__(self) -> None:
        self.world = World()
        self.id = self.world.member()
        self._change = ChangeParticulars(self.world.accounts, self.world.publications, self.world.clock)

    def change(self, changes: dict[str, str | None], if_match: str = "*") -> None:
        self._change(self.id, changes, if_match)

    def refused(self, changes: dict[str, str | None]) -> set[tuple[str, str]]:
        before = self.world.accounts.get(self.id)
        with pytest.raises(InvalidFields) as refused:
            self.change(changes)
        assert self.world.accounts.get(self.id) == before
        return {(each.field, each.code) for each in refused.value.problems}


@pytest.fixture
def member() -> Member:
    return Member()


@pytest.mark.clause("P-3.profile")
def test_every_particular_is_filled_in_and_removed_and_the_account_stays(member: Member) -> None:
    member.change(GIVEN)
    account = member.world.accounts.get(member.id)
    assert {name: getattr(account, name) for name in GIVEN} == GIVEN
    member.change(dict.fromkeys(GIVEN))
    account = member.world.accounts.get(member.id)
    assert {getattr(account, name) for name in GIVEN} == {None}
    assert account.status is AccountStatus.ACTIVE
    assert member.world.session()


@pytest.mark.clause("U-II.III.2.1")
def test_the_address_cannot_be_changed(member: Member) -> None:
    found = member.refused({"email": "other@example.org", "account_id": None, "nickname": "Ada"})
    assert found == {("email", "not_changeable"), ("account_id", "not_changeable")}


@pytest.mark.clause("U-II.username")
@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("word", ["admin", "4dm1n", "a d m i n", "\u0430dmin", "ad\u200bmin", "ad\u0000min"])
def test_every_text_is_filtered(member: Member, field: str, word: str) -> None:
    ((named, code),) = member.refused({field: f"The {word} writes"})
    assert named == field
    assert code in {"prohibited_word", "invalid_characters"}


def test_all_problems_are_named_at_once(member: Member) -> None:
    bad: dict[str, str | None] = {
        "nickname": "",
        "signature": "x" * 161,
        "birthday": "2099-01-01",
        "country": "XX",
        "language": "English",
        "email": "x",
    }
    assert member.refused(bad) == {
        ("nickname", "invalid_length"),
        ("signature", "invalid_length"),
        ("birthday", "invalid_date"),
        ("country", "unknown_country"),
        ("language", "invalid_language"),
        ("email", "not_changeable"),
    }


@pytest.mark.parametrize("day", ["1990-2-1", "19900201", "1899-12-31", "0000-00-00", "yesterday", "1990-02-30"])
def test_a_birthday_is_a_day_that_is_past(member: Member, day: str) -> None:
    assert member.refused({"birthday": day}) == {("birthday", "invalid_date")}


def test_nobody_overwrites_what_another_one_changed(member: Member) -> None:
    member.change({"nickname": "Ada"}, '"0"')
    for tag in ('"0"', '"2"', 'W/"1"', "1", '"\u0661"'):
        with pytest.raises(PreconditionFailed):
            member.change({"nickname": "Bob"}, tag)
    member.change({"nickname": "Bob"}, '"1"')
    assert member.world.accounts.get(member.id).nickname == "Bob"


def test_a_frozen_account_keeps_its_particulars(member: Member) -> None:
    member.world.accounts.becomes(member.id, AccountStatus.FROZEN)
    with pytest.raises(AccountFrozen):
        member.change({"nickname": "Bob"})
