"""Accounts, guardians' links and publications: each twin in memory keeps the contract of its DynamoDB repository."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts, ProfileItem
from allmytracks.accounts.dynamodb_addresses import DynamoAddresses
from allmytracks.accounts.dynamodb_guardian_consents import DynamoGuardianConsents
from allmytracks.accounts.ports import AccountFilter, Accounts, Addresses, GuardianConsents
from allmytracks.accounts.rules import (
    Acceptance,
    Account,
    AccountKind,
    AccountNotFound,
    AccountStatus,
    NotAnEnterprise,
)
from allmytracks.accounts.rules_end_users import EndUsers
from allmytracks.accounts.rules_sign_ups import Owner, PendingSignUp, hash_of
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind
from allmytracks.foundation.errors import Conflict, InvalidFields
from allmytracks.publishing.dynamodb import CachedPublications, DynamoPublications
from allmytracks.publishing.ports import Publications
from tests.factories.accounts import account, agreement_publication, becomes
from tests.factories.entities import filled
from tests.factories.instants import NOW
from tests.factories.memberships import plans_publication
from tests.fakes.accounts import MemoryAccounts, MemoryAddresses, MemoryGuardianConsents
from tests.fakes.foundation import FixedClock
from tests.fakes.publishing import MemoryPublications

BOTH = ["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]


@pytest.fixture(params=BOTH)
def accounts(request: pytest.FixtureRequest) -> Accounts:
    return MemoryAccounts() if request.param == "memory" else DynamoAccounts(request.getfixturevalue("accounts_table"))


@dataclass
class Book:
    """Accounts, and the addresses of the same table."""

    accounts: Accounts
    addresses: Addresses


@pytest.fixture(params=BOTH)
def book(request: pytest.FixtureRequest) -> Book:
    if request.param == "memory":
        accounts = MemoryAccounts()
        return Book(accounts, MemoryAddresses(accounts))
    table = request.getfixturevalue("accounts_table")
    return Book(DynamoAccounts(table), DynamoAddresses(table))


@pytest.fixture(params=BOTH)
def consents(request: pytest.FixtureRequest) -> GuardianConsents:
    if request.param == "memory":
        return MemoryGuardianConsents()
    return DynamoGuardianConsents(request.getfixturevalue("accounts_table"))


@pytest.fixture(params=BOTH)
def publications(request: pytest.FixtureRequest) -> Publications:
    if request.param == "memory":
        return MemoryPublications()
    return DynamoPublications(request.getfixturevalue("catalog_table"))


TERMS = Acceptance("user-agreement", "v1", NOW, "192.0.2.7")


@pytest.mark.clause("M-III.6.1")
def test_an_enterprise_may_be_allowed_further_users(accounts: Accounts) -> None:
    accounts.add(replace(account(), enterprise_from=NOW, end_user="Acme Films Ltd"), [])
    with pytest.raises(NotAnEnterprise):
        accounts.authorise_user("acc-1", "Studio Nord GmbH", NOW - timedelta(seconds=1))
    assert accounts.get("acc-1").further_users == frozenset()
    for name in ("Studio Nord GmbH", "Studio Süd", "Studio Nord GmbH"):
        accounts.authorise_user("acc-1", name, NOW)
    found = accounts.get("acc-1")
    assert found.end_users == EndUsers("Acme Films Ltd", frozenset({"Studio Nord GmbH", "Studio Süd"}))
    accounts.add(account("acc-2"), [])
    with pytest.raises(NotAnEnterprise):
        accounts.authorise_user("acc-2", "Studio Nord GmbH", NOW)
    with pytest.raises(AccountNotFound):
        accounts.authorise_user("acc-9", "Studio Nord GmbH", NOW)
    assert accounts.get("acc-2").further_users == frozenset()


def test_an_account_is_read_back_as_added(accounts: Accounts) -> None:
    stored = replace(account(), minor=True, guardian_email="guardian@example.org", kind=AccountKind.ENTERPRISE)
    accounts.add(stored, [TERMS])
    assert accounts.get("acc-1") == stored
    assert list(accounts.acceptances("acc-1")) == [TERMS]


def test_no_field_of_an_account_is_forgotten(accounts: Accounts) -> None:
    """The entity's fields are read from its class: a new one without an attribute fails here."""
    every_field = filled(Account)
    accounts.add(every_field, [])
    assert accounts.get(every_field.id) == every_field


def test_a_stranger_is_not_found(accounts: Accounts) -> None:
    with pytest.raises(AccountNotFound):
        accounts.get("nobody")
    assert list(accounts.acceptances("nobody")) == []


def test_adding_twice_changes_nothing(accounts: Accounts) -> None:
    accounts.add(account(), [TERMS])
    accounts.add(replace(account(), country="DE"), [replace(TERMS, version="v2")])
    assert accounts.get("acc-1").country == "HK"
    assert list(accounts.acceptances("acc-1")) == [TERMS]


@pytest.mark.clause("S-6.1")
def test_the_last_use_is_on_record(accounts: Accounts) -> None:
    accounts.add(account(), [])
    for used in (NOW, UNTIL):
        accounts.use("acc-1", used)
        assert accounts.get("acc-1") == replace(account(), last_used_at=used)
    with pytest.raises(AccountNotFound):
        accounts.use("nobody", NOW)


@pytest.mark.clause("M-0.accept")
def test_an_acceptance_keeps_its_first_time_and_address(accounts: Accounts) -> None:
    accounts.add(account(), [TERMS])
    later = Acceptance("premium-agreement", "v1", NOW + timedelta(days=1), "192.0.2.8")
    accounts.record_acceptances("acc-1", [replace(TERMS, accepted_at=NOW + timedelta(days=2)), later])
    assert list(accounts.acceptances("acc-1")) == [TERMS, later]


EMAIL = "ada@example.org"
UNTIL = NOW + timedelta(days=1)
HELD = PendingSignUp("acc-1", "login_1", hash_of("123456", "acc-1"), NOW, UNTIL, UNTIL, first=True, minor=False)


def test_sign_ups_of_one_address_are_held_apart_until_they_expire(book: Book) -> None:
    long = UNTIL + timedelta(days=13)
    other = replace(HELD, account_id="acc-2", user_name="login_2", first=False, minor=True, kept_until=long)
    for each in (HELD, other, HELD):
        book.addresses.hold(EMAIL, each)
    book.addresses.hold("bob@example.org", replace(HELD, account_id="acc-3"))
    found = book.addresses.get(EMAIL, NOW)
    assert found.owner is None
    assert sorted(found.pending, key=lambda each: each.account_id) == [HELD, other]
    assert list(book.addresses.get(EMAIL, UNTIL).pending) == [other]
    book.addresses.drop(EMAIL, other)
    book.addresses.drop(EMAIL, other)
    assert list(book.addresses.get(EMAIL, NOW).pending) == [HELD]


def test_one_sign_up_is_the_first_until_its_time_ends(book: Book) -> None:
    assert book.addresses.claim_first(EMAIL, "acc-1", NOW, UNTIL)
    assert book.addresses.claim_first(EMAIL, "acc-1", NOW, UNTIL)
    assert not book.addresses.claim_first(EMAIL, "acc-2", NOW, UNTIL)
    assert book.addresses.claim_first("bob@example.org", "acc-2", NOW, UNTIL)
    assert book.addresses.claim_first(EMAIL, "acc-3", UNTIL, UNTIL + timedelta(days=1))
    assert not book.addresses.claim_first(EMAIL, "acc-1", UNTIL, UNTIL + timedelta(days=1))


def test_an_address_gets_one_owner_together_with_the_accounts_status(book: Book) -> None:
    for account_id in ("acc-1", "acc-2"):
        book.accounts.add(account(account_id, status=AccountStatus.UNVERIFIED), [])
    active, expected = AccountStatus.ACTIVE, AccountStatus.UNVERIFIED
    mine, other = Owner("acc-1", "login_1"), Owner("acc-2", "login_2")
    assert not book.addresses.prove(EMAIL, mine, active, expected=AccountStatus.AWAITING_GUARDIAN, now=NOW)
    assert book.addresses.get(EMAIL, NOW).owner is None
    assert book.addresses.prove(EMAIL, mine, active, expected=expected, now=NOW)
    assert not book.addresses.prove(EMAIL, other, active, expected=expected, now=NOW)
    assert book.addresses.get(EMAIL, NOW).owner == mine
    assert [book.accounts.get(each).status for each in ("acc-1", "acc-2")] == [active, expected]
    assert book.addresses.prove(EMAIL, mine, active, expected=active, now=UNTIL)  # again, after a crash
    assert book.accounts.get("acc-1").activated_at == NOW


@pytest.mark.dynamodb
def test_what_an_unproved_sign_up_said_expires_and_what_a_proved_one_said_does_not(accounts_table: Table) -> None:
    accounts, addresses = DynamoAccounts(accounts_table), DynamoAddresses(accounts_table)
    items = bind(ProfileItem, accounts_table)
    unproved = account(status=AccountStatus.UNVERIFIED)
    accounts.add(unproved, [TERMS, replace(TERMS, agreement="privacy-policy")], kept_until=UNTIL)
    assert {item.expires_at for item in items.query(account_key("acc-1"))} == {int(UNTIL.timestamp())}
    kept = accounts.acceptances("acc-1")
    assert addresses.prove(
        EMAIL, Owner("acc-1", "login_1"), AccountStatus.ACTIVE, expected=AccountStatus.UNVERIFIED, now=NOW
    )
    found = list(items.query(account_key("acc-1")))
    assert len(found) == 3
    assert {item.expires_at for item in found} == {None}
    assert accounts.acceptances("acc-1") == kept


def test_a_link_is_of_its_account_until_it_ends(consents: GuardianConsents) -> None:
    consents.ask("token", "acc-1", NOW + timedelta(days=1))
    assert consents.account_of("another token", NOW) is None
    assert consents.account_of("token", NOW + timedelta(days=1, seconds=-1)) == "acc-1"
    assert consents.account_of("token", NOW + timedelta(days=1)) is None
    assert not consents.refused("token")


def test_publications_come_in_the_order_of_their_time(publications: Publications) -> None:
    newer = plans_publication("v2", NOW)
    older = plans_publication("v1", NOW - timedelta(days=1))
    for each in (newer, older, agreement_publication("user-agreement"), newer):
        publications.publish(each)
    assert list(publications.all("plans")) == [older, newer]
    assert list(publications.all("nothing")) == []


@pytest.mark.clause("M-II.9")
def test_a_published_version_cannot_be_changed(publications: Publications) -> None:
    publications.publish(plans_publication("v1", NOW))
    for other in (plans_publication("v1", NOW, amount=1), plans_publication("v1", NOW + timedelta(days=1))):
        with pytest.raises(Conflict):
            publications.publish(other)
    assert list(publications.all("plans")) == [plans_publication("v1", NOW)]


def test_the_cache_shows_a_change_after_half_a_minute() -> None:
    source, clock = MemoryPublications(), FixedClock(NOW)
    cached = CachedPublications(source, clock)
    assert list(cached.all("plans")) == []
    source.publish(plans_publication())
    assert list(cached.all("plans")) == []
    clock.advance(seconds=30)
    assert list(cached.all("plans")) == [plans_publication()]


def test_accounts_are_listed_by_state_and_beginning_each_once(accounts: Accounts) -> None:
    made = [replace(account(), id=f"acc-{day}", created_at=NOW + timedelta(days=day)) for day in range(5)]
    for each in made:
        accounts.add(each, [Acceptance("user-agreement", "1", NOW, "192.0.2.1")])
    becomes(accounts, "acc-4", AccountStatus.BANNED)

    def listed(wanted: AccountFilter, limit: int = 100) -> list[str]:
        found: list[str] = []
        cursor: str | None = None
        for _ in range(20):
            page = accounts.page(wanted, limit=limit, cursor=cursor)
            assert len(page.items) <= limit
            found += [each.id for each in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return sorted(found)
        raise AssertionError("the list has no end")

    everything = [each.id for each in made]
    assert [listed(AccountFilter(), limit) for limit in (1, 2, 100)] == [everything] * 3
    assert listed(AccountFilter(since=NOW + timedelta(days=3))) == ["acc-3", "acc-4"]
    assert listed(AccountFilter(status=AccountStatus.BANNED)) == ["acc-4"]
    assert listed(AccountFilter(made[0].status, NOW + timedelta(days=3)), 1) == ["acc-3"]
    assert accounts.page(AccountFilter(), limit=100, cursor=None).items[0].created_at >= NOW
    with pytest.raises(InvalidFields):
        accounts.page(AccountFilter(), limit=1, cursor="mine")
