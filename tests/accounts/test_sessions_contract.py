"""Sessions, codes and particulars: the fakes and DynamoDB keep one contract."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.dynamodb_codes import DynamoEmailedCodes
from allmytracks.accounts.dynamodb_sessions import DynamoSessions
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.ports_sessions import EmailedCodes, Sessions
from allmytracks.accounts.rules import AccountNotFound
from allmytracks.accounts.rules_codes import CodePurpose
from allmytracks.accounts.rules_sessions import EndOfSessions, Session, is_open
from allmytracks.foundation.errors import PreconditionFailed
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryAccounts, MemoryEmailedCodes, MemorySessions

BOTH = ["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]
FIRST = Session("s-1", NOW, NOW, "192.0.2.0/24", "Browser")
SECOND = Session("s-2", NOW + timedelta(minutes=1), NOW + timedelta(minutes=1), "198.51.100.0/24", "")
EMAIL, RESET, FREEZE = "ada@example.org", CodePurpose.PASSWORD_RESET, CodePurpose.FREEZE


@dataclass
class Desk:
    """The ports of one table, with one account."""

    accounts: Accounts
    sessions: Sessions
    codes: EmailedCodes


@pytest.fixture(params=BOTH)
def desk(request: pytest.FixtureRequest) -> Desk:
    if request.param == "memory":
        accounts = MemoryAccounts()
        made = Desk(accounts, MemorySessions(accounts), MemoryEmailedCodes())
    else:
        table = request.getfixturevalue("accounts_table")
        made = Desk(DynamoAccounts(table), DynamoSessions(table), DynamoEmailedCodes(table))
    made.accounts.add(replace(account(), id="acc-1"), [])
    return made


def test_sessions_are_kept_newest_first(desk: Desk) -> None:
    for each in (FIRST, SECOND):
        desk.sessions.open("acc-1", each)
    assert list(desk.sessions.of("acc-1")) == [SECOND, FIRST]
    assert list(desk.sessions.of("acc-2")) == []
    assert desk.sessions.get("acc-1", "s-1") == FIRST
    assert desk.sessions.get("acc-1", "s-9") is None
    later = NOW + timedelta(hours=1)
    assert desk.sessions.see("acc-1", "s-1", later)
    assert desk.sessions.get("acc-1", "s-1") == replace(FIRST, last_seen_at=later)
    assert not desk.sessions.see("acc-1", "s-9", later)
    assert desk.sessions.get("acc-1", "s-9") is None


def test_one_write_ends_all_but_the_one_that_is_kept(desk: Desk) -> None:
    later = NOW + timedelta(hours=1)
    desk.sessions.end("acc-1", later, EndOfSessions.PASSWORD_CHANGED, keep="s-1")
    kept = desk.accounts.get("acc-1")
    assert (kept.sessions_from, kept.sessions_ended_by, kept.kept_session) == (later, "password_changed", "s-1")
    assert [is_open(each, kept, later) for each in (FIRST, SECOND)] == [True, False]
    desk.sessions.end("acc-1", later, EndOfSessions.SIGNED_OUT)
    assert desk.accounts.get("acc-1").kept_session is None
    with pytest.raises(AccountNotFound):
        desk.sessions.end("acc-9", later, EndOfSessions.SIGNED_OUT)


def test_a_code_is_of_one_purpose_until_it_expires_or_is_replaced(desk: Desk) -> None:
    until = NOW + timedelta(hours=1)
    desk.codes.put(EMAIL, RESET, "hash-1", until)
    assert desk.codes.get(EMAIL, RESET, NOW) == "hash-1"
    assert desk.codes.get(EMAIL, FREEZE, NOW) is None
    assert desk.codes.get(EMAIL, RESET, until) is None
    desk.codes.put(EMAIL, RESET, "hash-2", until)
    desk.codes.drop(EMAIL, RESET, "hash-1")
    assert desk.codes.get(EMAIL, RESET, NOW) == "hash-2"
    for _ in range(2):
        desk.codes.drop(EMAIL, RESET, "hash-2")
    assert desk.codes.get(EMAIL, RESET, NOW) is None


def test_particulars_change_by_their_revision(desk: Desk) -> None:
    changed = desk.accounts.change_particulars("acc-1", {"nickname": "Ada", "profile": "x"}, 0)
    assert (changed.nickname, changed.profile, changed.revision) == ("Ada", "x", 1)
    for stale in (0, 2):
        with pytest.raises(PreconditionFailed):
            desk.accounts.change_particulars("acc-1", {"nickname": "Bob"}, stale)
    desk.accounts.change_particulars("acc-1", {"nickname": None}, 1)
    desk.accounts.change_particulars("acc-1", {"region": "HK"}, None)
    found = desk.accounts.get("acc-1")
    assert (found.nickname, found.profile, found.region, found.revision) == (None, "x", "HK", 3)
    with pytest.raises(AccountNotFound):
        desk.accounts.change_particulars("acc-9", {"region": "HK"}, None)


def test_of_many_who_read_the_same_one_changes_it(desk: Desk) -> None:
    def change(name: str) -> bool:
        try:
            desk.accounts.change_particulars("acc-1", {"nickname": name}, 0)
        except PreconditionFailed:
            return False
        return True

    if isinstance(desk.accounts, MemoryAccounts):  # the fake knows no threads
        assert [change(str(number)) for number in range(8)].count(True) == 1
        return
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(change, map(str, range(8)))).count(True) == 1
    assert desk.accounts.get("acc-1").revision == 1
