"""Music licence agreements on record: the twin in memory and DynamoDB keep one contract."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_end_users import EndUserChange, NamedEndUser, Respelling
from allmytracks.foundation.aws.models import Table
from allmytracks.licenses.agreements.dynamodb import DynamoMusicAgreements
from allmytracks.licenses.agreements.ports import MusicAgreements
from allmytracks.licenses.agreements.rules import MusicAgreementNotFound, public_view
from allmytracks.licenses.dynamodb import DynamoLicenses
from allmytracks.licenses.ports import Licenses
from allmytracks.licenses.rules_numbers import LicenseNotFound
from allmytracks.licenses.states.rules import (
    LicenseStatus,
    Revocation,
    RevocationReason,
    Supersession,
    SupersessionReason,
)
from tests.factories.accounts import account, becomes
from tests.factories.instants import NOW
from tests.factories.licenses import ACME, NUMBER
from tests.factories.music_agreements import AGREEMENT, SIGNED
from tests.fakes.accounts import MemoryAccounts
from tests.fakes.downloads import MemoryDownloads
from tests.fakes.licenses import MemoryLicenses
from tests.fakes.music_agreements import MemoryMusicAgreements

NAMED = NamedEndUser(ACME.name)


class Books(NamedTuple):
    """Agreements beside what they are recorded with."""

    agreements: MusicAgreements
    licenses: Licenses
    accounts: Accounts


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def books(request: pytest.FixtureRequest) -> Books:
    if request.param == "memory":
        accounts = MemoryAccounts()
        licenses = MemoryLicenses(accounts, MemoryDownloads())
        made = Books(MemoryMusicAgreements(licenses), licenses, accounts)
    else:
        table: Table = request.getfixturevalue("accounts_table")
        made = Books(DynamoMusicAgreements(table), DynamoLicenses(table), DynamoAccounts(table))
    for account_id in ("acc-1", "acc-2"):
        made.accounts.add(account(account_id), [])
    return made


@pytest.mark.clause("U-III.I.5")
def test_an_order_has_one_agreement_which_its_account_sees_whole_and_others_masked(books: Books) -> None:
    agreements, licenses, _ = books
    assert agreements.add(SIGNED, NAMED)
    other = replace(SIGNED, agreement=replace(AGREEMENT, number="AMT-9"))
    assert not agreements.add(other, NAMED)
    assert agreements.get("acc-1", "ord-1") == SIGNED
    for account_id, order_id in (("acc-2", "ord-1"), ("acc-1", "ord-2")):
        with pytest.raises(MusicAgreementNotFound):
            agreements.get(account_id, order_id)
    public = licenses.public(NUMBER)
    assert public == public_view(SIGNED)
    assert (public.kind, public.licensee, public.period) == ("agreement", "A*** F*** L***", AGREEMENT.period)
    assert (public.work, public.project, public.purpose, public.status) == (None, None, None, LicenseStatus.VALID)
    with pytest.raises(LicenseNotFound):
        licenses.public("AMT-9")


@pytest.mark.clause("S-6.5")
@pytest.mark.parametrize("named", [NAMED, None])
def test_no_document_is_added_to_an_account_that_was_closed_meanwhile(books: Books, named: NamedEndUser | None) -> None:
    """Its worker read the names before the erasure, and writes after it."""
    becomes(books.accounts, "acc-1", AccountStatus.CLOSED)
    assert not books.agreements.add(SIGNED, named)
    assert books.agreements.all_of("acc-1") == []


@pytest.mark.clause("U-III.II.2", "U-III.II.1")
def test_an_agreement_binds_the_end_user_and_is_not_written_beside_another(books: Books) -> None:
    agreements, licenses, accounts = books
    assert not agreements.add(SIGNED, NamedEndUser("Nord GmbH", "Acme Films Ltd"))  # not authorised
    assert accounts.get("acc-1").end_user is None
    assert agreements.add(SIGNED, NAMED)
    assert accounts.get("acc-1").end_user == "Acme Films Ltd"
    for named in (NamedEndUser("Nord GmbH"), None):
        other = replace(SIGNED, agreement=replace(AGREEMENT, number="AMT-9", order_id="ord-2"))
        assert not agreements.add(other, named)
    with pytest.raises(MusicAgreementNotFound):
        agreements.get("acc-1", "ord-2")
    with pytest.raises(LicenseNotFound):
        licenses.public("AMT-9")
    assert accounts.get("acc-1").end_user == "Acme Films Ltd"


@pytest.mark.clause("M-III.8.default")
def test_an_agreement_without_an_end_user_binds_none(books: Books) -> None:
    agreements, licenses, accounts = books
    assert agreements.add(replace(SIGNED, agreement=replace(AGREEMENT, end_user=None)), None)
    assert accounts.get("acc-1").end_user is None
    assert licenses.public(NUMBER).end_user is None


@pytest.mark.clause("M-III.5.revoke")
def test_an_agreement_is_revoked_as_a_licence_is(books: Books) -> None:
    agreements, licenses, _ = books
    assert agreements.add(SIGNED, NAMED)
    revocation = Revocation(NOW, RevocationReason.IMPERSONATION)
    assert licenses.owner(NUMBER) == "acc-1"
    assert licenses.revoke(NUMBER, revocation) == revocation
    assert licenses.public(NUMBER).revoked_at == NOW
    assert agreements.get("acc-1", "ord-1") == SIGNED


@pytest.mark.clause("M-III.8.apply", "U-III.II.1")
def test_an_agreement_takes_the_place_of_another_once(books: Books) -> None:
    agreements, licenses, accounts = books
    assert agreements.add(SIGNED, NAMED)
    read = accounts.get("acc-1").end_users
    after = read.corrected(Respelling("Acme Films Ltd", "Acme Film Ltd"))
    licensee = replace(AGREEMENT.licensee, name="Acme Film Ltd")
    new = replace(
        SIGNED,
        agreement=replace(AGREEMENT, number="AMT-9", licensee=licensee, end_user=licensee.name, supersedes=NUMBER),
    )
    supersession = Supersession(NOW, "AMT-9", SupersessionReason.MISSPELT_NAME)
    assert not agreements.supersede(new, supersession, EndUserChange(after, after))
    assert (agreements.all_of("acc-1"), licenses.public(NUMBER).status) == ([SIGNED], LicenseStatus.VALID)
    assert agreements.supersede(new, supersession, EndUserChange(read, after))
    assert agreements.get("acc-1", "ord-1") == new
    assert {each.agreement.number for each in agreements.all_of("acc-1")} == {NUMBER, "AMT-9"}
    assert agreements.all_of("acc-2") == []
    assert SIGNED in agreements.all_of("acc-1")
    assert licenses.public(NUMBER).superseded_by == "AMT-9"
    assert (licenses.public("AMT-9").supersedes, licenses.public("AMT-9").end_user) == (NUMBER, "A*** F*** L***")
    assert accounts.get("acc-1").end_users == after
    other = replace(new, agreement=replace(new.agreement, number="AMT-8"))
    late = Supersession(NOW, "AMT-8", SupersessionReason.MISSPELT_NAME)
    assert not agreements.supersede(other, late, EndUserChange(after, after))
    assert agreements.get("acc-1", "ord-1") == new


def test_a_revoked_agreement_has_no_successor(books: Books) -> None:
    agreements, licenses, accounts = books
    assert agreements.add(SIGNED, NAMED)
    licenses.revoke(NUMBER, Revocation(NOW, RevocationReason.IMPERSONATION))
    users = accounts.get("acc-1").end_users
    new = replace(SIGNED, agreement=replace(AGREEMENT, number="AMT-9", supersedes=NUMBER))
    supersession = Supersession(NOW, "AMT-9", SupersessionReason.MISSPELT_NAME)
    assert not agreements.supersede(new, supersession, EndUserChange(users, users))
    assert agreements.get("acc-1", "ord-1") == SIGNED


@pytest.mark.dynamodb
def test_many_at_once_make_one(accounts_table: Table) -> None:
    agreements, licenses = DynamoMusicAgreements(accounts_table), DynamoLicenses(accounts_table)
    wanted = [replace(SIGNED, agreement=replace(AGREEMENT, number=f"AMT-{n}")) for n in range(16)]
    DynamoAccounts(accounts_table).add(account(), [])
    with ThreadPoolExecutor(16) as threads:
        made = list(threads.map(lambda signed: agreements.add(signed, NAMED), wanted))
    assert made.count(True) == 1
    number = agreements.get("acc-1", "ord-1").agreement.number
    assert number == wanted[made.index(True)].agreement.number
    assert licenses.public(number).number == number
    for signed in wanted:
        if signed.agreement.number != number:
            with pytest.raises(LicenseNotFound):
                licenses.public(signed.agreement.number)
