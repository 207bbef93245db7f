"""Applications to close an account, and embargoes: in DynamoDB and in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.dynamodb_addresses import DynamoAddresses
from allmytracks.accounts.dynamodb_embargoes import DynamoEmbargoes
from allmytracks.accounts.ports import Accounts, Addresses
from allmytracks.accounts.ports_embargoes import Embargoes
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_sign_ups import Owner
from allmytracks.closing.dynamodb import DynamoClosings
from allmytracks.closing.ports import Closings
from allmytracks.closing.rules import Closing, ClosingStatus
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import InvalidFields
from tests.factories.accounts import account
from tests.factories.entities import filled
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryAccounts, MemoryAddresses, MemoryEmbargoes
from tests.fakes.closing import MemoryClosings

STORES = ["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]
APPLIED = Closing("acc-1", ClosingStatus.APPLIED, NOW, forfeit=True, reason="No need.")
APPROVED = replace(APPLIED, status=ClosingStatus.APPROVED, decided_at=NOW, decided_reason="member_request")
REFUSED = replace(APPLIED, status=ClosingStatus.REFUSED, decided_at=NOW, decided_reason="investigation")
EMAIL, OWNER = "ada@example.org", Owner("acc-1", "login_1")
UNTIL = NOW + timedelta(days=10)


@pytest.fixture(params=STORES)
def closings(request: pytest.FixtureRequest) -> Closings:
    return MemoryClosings() if request.param == "memory" else DynamoClosings(request.getfixturevalue("accounts_table"))


@dataclass
class Book:
    """Accounts with their addresses, owned or resting."""

    accounts: Accounts
    addresses: Addresses
    embargoes: Embargoes


@pytest.fixture(params=STORES)
def book(request: pytest.FixtureRequest) -> Book:
    if request.param == "memory":
        accounts = MemoryAccounts()
        addresses = MemoryAddresses(accounts)
        return Book(accounts, addresses, MemoryEmbargoes(addresses))
    table = request.getfixturevalue("accounts_table")
    return Book(DynamoAccounts(table), DynamoAddresses(table), DynamoEmbargoes(table, lambda: "key"))


def test_no_field_of_an_application_is_forgotten(closings: Closings) -> None:
    every_field = filled(Closing)
    closings.begin(every_field)
    assert closings.get(every_field.account_id) == every_field


def test_an_application_waits_until_it_is_decided_or_withdrawn(closings: Closings) -> None:
    assert closings.get("acc-1") is None
    assert closings.withdraw("acc-1")
    assert not closings.decide(APPROVED)
    assert closings.apply(APPLIED) == APPLIED
    assert closings.apply(replace(APPLIED, applied_at=NOW + timedelta(hours=1))) == APPLIED
    assert closings.withdraw("acc-1")
    assert closings.get("acc-1") is None
    closings.apply(APPLIED)
    assert closings.decide(REFUSED)
    assert not closings.decide(APPROVED)
    assert not closings.withdraw("acc-1")
    again = replace(APPLIED, applied_at=NOW + timedelta(days=1))
    assert closings.apply(again) == again
    assert closings.decide(APPROVED)
    assert closings.apply(again) == APPROVED
    assert closings.get("acc-1") == APPROVED


def test_what_waits_is_listed_oldest_first_over_pages(closings: Closings) -> None:
    made = [replace(APPLIED, account_id=f"acc-{n}", applied_at=NOW + timedelta(minutes=n)) for n in range(5)]
    for each in reversed(made):
        closings.apply(each)
    closings.decide(replace(made[1], status=ClosingStatus.REFUSED))
    found: list[Closing] = []
    cursor = None
    while True:
        page = closings.waiting(limit=2, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == [made[0], *made[2:]]
    with pytest.raises(InvalidFields):
        closings.waiting(limit=2, cursor="nothing of ours")


@pytest.mark.clause("S-6.5")
def test_an_address_rests_for_its_time_and_has_no_owner_then(book: Book) -> None:
    book.accounts.add(account(status=AccountStatus.ACTIVE), [])
    book.addresses.prove(EMAIL, OWNER, AccountStatus.ACTIVE, expected=AccountStatus.ACTIVE, now=NOW)
    assert book.embargoes.until(EMAIL, NOW) is None
    book.embargoes.begin(EMAIL, Owner("acc-2", "login_2"), UNTIL)
    assert book.addresses.get(EMAIL, NOW).owner == OWNER
    assert book.embargoes.until(EMAIL, NOW) is None
    for later in range(2):  # a repetition does not make it longer
        book.embargoes.begin(EMAIL, OWNER, UNTIL + timedelta(days=later))
    assert book.addresses.get(EMAIL, NOW).owner is None
    assert book.embargoes.until(EMAIL, UNTIL - timedelta(seconds=1)) == UNTIL
    assert book.embargoes.until(EMAIL, UNTIL) is None
    assert book.embargoes.until("bob@example.org", NOW) is None


@pytest.mark.dynamodb
@pytest.mark.clause("S-6.5")
def test_a_resting_address_is_kept_as_a_hash_that_only_the_key_can_make(accounts_table: Table) -> None:
    accounts, addresses = DynamoAccounts(accounts_table), DynamoAddresses(accounts_table)
    accounts.add(account(), [])
    addresses.prove(EMAIL, OWNER, AccountStatus.ACTIVE, expected=AccountStatus.ACTIVE, now=NOW)
    DynamoEmbargoes(accounts_table, lambda: "key").begin(EMAIL, OWNER, UNTIL)
    assert DynamoEmbargoes(accounts_table, lambda: "key").until(EMAIL, NOW) == UNTIL
    assert DynamoEmbargoes(accounts_table, lambda: "another key").until(EMAIL, NOW) is None
