"""Quotes on record: the twin in memory and DynamoDB keep one contract; many workers make one letter of a quote."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_end_users import NamedEndUser
from allmytracks.foundation.aws.models import Table
from allmytracks.licenses.agreements.dynamodb import DynamoMusicAgreements
from allmytracks.licenses.agreements.dynamodb_quotes import DynamoQuotes
from allmytracks.licenses.agreements.ports import MusicAgreements, Quotes
from allmytracks.licenses.agreements.rules import SignedAgreement
from allmytracks.licenses.agreements.rules_special import SpecialLicense, SpecialTermsNotFound
from allmytracks.licenses.dynamodb import DynamoLicenses
from allmytracks.licenses.ports import Licenses
from allmytracks.payments.orders.dynamodb import DynamoOrders
from allmytracks.payments.orders.dynamodb_owners import DynamoOrderOwners
from allmytracks.payments.ports import OrderOwners, Orders
from tests.factories.accounts import account, becomes
from tests.factories.instants import NOW
from tests.factories.licenses import ACME, LICENSOR, NUMBER
from tests.factories.music_agreements import SIGNED as MUSIC_AGREEMENT
from tests.factories.special_licenses import FOR_ANOTHER, TERMS, quoted
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.downloads import MemoryDownloads
from tests.fakes.licenses import MemoryLicenses
from tests.fakes.music_agreements import MemoryMusicAgreements, MemoryQuotes
from tests.fakes.orders import MemoryOrderOwners, MemoryOrders

LETTER = SpecialLicense(
    NUMBER, NOW, "acc-1", LICENSOR, FOR_ANOTHER.licensee, TERMS.grant, "ord_q1", 120000, "USD", FOR_ANOTHER.sha256
)
SIGNED = SignedAgreement(LETTER, "eyJ0.eyJ1.c2ln", "key-a", "cd" * 32)


class Books(NamedTuple):
    """Quotes beside the orders that they are, and the letters."""

    quotes: Quotes
    orders: Orders
    owners: OrderOwners
    agreements: MusicAgreements
    licenses: Licenses
    accounts: Accounts


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def books(request: pytest.FixtureRequest) -> Books:
    if request.param == "memory":
        in_memory, orders = MemoryAccounts(), MemoryOrders()
        licenses = MemoryLicenses(in_memory, MemoryDownloads())
        in_memory.add(account("acc-1"), [])
        owners = MemoryOrderOwners(orders)
        return Books(MemoryQuotes(orders), orders, owners, MemoryMusicAgreements(licenses), licenses, in_memory)
    table: Table = request.getfixturevalue("accounts_table")
    accounts = DynamoAccounts(table)
    accounts.add(account("acc-1"), [])
    return Books(
        DynamoQuotes(table),
        DynamoOrders(table),
        DynamoOrderOwners(table),
        DynamoMusicAgreements(table),
        DynamoLicenses(table),
        accounts,
    )


def test_a_quote_is_an_order_of_its_account_with_its_terms(books: Books) -> None:
    order = quoted(FOR_ANOTHER)
    assert books.quotes.add(order, FOR_ANOTHER) == order
    assert books.orders.get("acc-1", "ord_q1") == order
    assert books.owners.owner("ord_q1") == "acc-1"
    assert books.quotes.terms("acc-1", "ord_q1") == FOR_ANOTHER
    assert books.quotes.terms("acc-1", "ord_q1").sha256 == FOR_ANOTHER.sha256
    with pytest.raises(SpecialTermsNotFound):
        books.quotes.terms("acc-2", "ord_q1")


def test_the_first_quote_by_an_id_stays(books: Books) -> None:
    order = quoted()
    books.quotes.add(order, TERMS)
    assert books.quotes.add(replace(order, amount=1), TERMS) == order
    assert books.orders.get("acc-1", "ord_q1") == order


def test_a_letter_is_read_back_as_it_was_signed_and_found_by_its_number(books: Books) -> None:
    assert books.agreements.add(SIGNED, None)
    assert books.agreements.get("acc-1", "ord_q1") == SIGNED
    assert books.agreements.all_of("acc-1") == [SIGNED]
    public = books.licenses.public(NUMBER)
    assert (public.kind, public.special is not None, public.work) == ("special_license", True, None)
    assert books.licenses.owner(NUMBER) == "acc-1"


@pytest.mark.clause("S-6.5")
def test_no_letter_is_added_to_an_account_that_was_closed_meanwhile(books: Books) -> None:
    becomes(books.accounts, "acc-1", AccountStatus.CLOSED)
    assert not books.agreements.add(SIGNED, None)
    assert books.agreements.all_of("acc-1") == []


def test_one_of_many_workers_makes_the_letter(books: Books) -> None:
    numbers = [NUMBER, *(f"AMT-{place}" for place in range(7))]
    signed = [replace(SIGNED, agreement=replace(LETTER, number=number)) for number in numbers]
    with ThreadPoolExecutor(len(signed)) as workers:
        added = list(workers.map(lambda each: books.agreements.add(each, None), signed))
    assert added.count(True) == 1
    assert books.agreements.get("acc-1", "ord_q1") == signed[added.index(True)]


@pytest.mark.clause("M-III.6.special")
def test_an_account_that_is_bound_to_an_end_user_gets_a_letter_for_another(books: Books) -> None:
    agreement = replace(MUSIC_AGREEMENT.agreement, number="AMT-OTHER")
    assert books.agreements.add(replace(MUSIC_AGREEMENT, agreement=agreement), NamedEndUser(ACME.name))
    assert books.agreements.add(SIGNED, None)
    assert {each.agreement.number for each in books.agreements.all_of("acc-1")} == {"AMT-OTHER", NUMBER}
