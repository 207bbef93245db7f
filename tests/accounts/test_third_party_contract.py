"""Links, visits and proofs: the fakes and DynamoDB keep one contract."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.dynamodb_addresses import DynamoAddresses
from allmytracks.accounts.ports import Accounts, Addresses
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_sign_ups import Owner
from allmytracks.accounts.third_party.dynamodb import DynamoAttempts, DynamoSignInProofs, DynamoThirdPartyLogins
from allmytracks.accounts.third_party.ports import Attempts, SignInProofs, ThirdPartyLogins
from allmytracks.accounts.third_party.rules import Attempt, ThirdPartyIdentity, ThirdPartyLogin
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryAccounts, MemoryAddresses
from tests.fakes.third_party import MemoryAttempts, MemorySignInProofs

BOTH = ["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]
LOGIN = ThirdPartyLogin("https://login.example", "sub-1", "acc-1", "login_1", NOW)
VISIT = Attempt("visit_1", "state_1", "nonce_1", "v" * 43, NOW + timedelta(minutes=15))
EMAIL = "ada@example.org"


@dataclass
class Desk:
    """The ports of one table, with an account that waits for its proof."""

    accounts: Accounts
    addresses: Addresses
    logins: ThirdPartyLogins
    attempts: Attempts
    proofs: SignInProofs


@pytest.fixture(params=BOTH)
def desk(request: pytest.FixtureRequest) -> Desk:
    if request.param == "memory":
        accounts = MemoryAccounts()
        addresses = MemoryAddresses(accounts)
        made = Desk(accounts, addresses, addresses.logins, MemoryAttempts(), MemorySignInProofs())
    else:
        table = request.getfixturevalue("accounts_table")
        made = Desk(
            DynamoAccounts(table),
            DynamoAddresses(table),
            DynamoThirdPartyLogins(table),
            DynamoAttempts(table),
            DynamoSignInProofs(table),
        )
    for name in ("acc-1", "acc-2"):
        made.accounts.add(replace(account(), id=name, status=AccountStatus.UNVERIFIED), [])
    return made


def test_a_login_is_linked_to_one_account(desk: Desk) -> None:
    assert desk.logins.get(LOGIN.issuer, LOGIN.subject) is None
    assert desk.logins.link(LOGIN)
    assert desk.logins.link(replace(LOGIN, linked_at=NOW + timedelta(days=1)))
    assert not desk.logins.link(replace(LOGIN, account_id="acc-2"))
    assert desk.logins.get(LOGIN.issuer, LOGIN.subject) == LOGIN
    assert desk.logins.get("https://other.example", LOGIN.subject) is None
    another = replace(LOGIN, subject="sub-2", linked_at=NOW + timedelta(hours=1))
    assert desk.logins.link(another)
    assert list(desk.logins.of("acc-1")) == [LOGIN, another]
    assert list(desk.logins.of("acc-2")) == []


def test_only_the_own_link_is_ended(desk: Desk) -> None:
    desk.logins.link(LOGIN)
    desk.logins.unlink(replace(LOGIN, account_id="acc-2"))
    assert desk.logins.get(LOGIN.issuer, LOGIN.subject) == LOGIN
    desk.logins.unlink(LOGIN)
    desk.logins.unlink(LOGIN)
    assert desk.logins.get(LOGIN.issuer, LOGIN.subject) is None
    assert list(desk.logins.of("acc-1")) == []
    assert desk.logins.link(replace(LOGIN, account_id="acc-2"))


def test_address_account_and_login_are_made_together_or_not_at_all(desk: Desk) -> None:
    def prove(name: str, email: str) -> bool:
        return desk.addresses.prove(
            email,
            Owner(name, "login_1"),
            AccountStatus.ACTIVE,
            expected=AccountStatus.UNVERIFIED,
            now=NOW,
            login=replace(LOGIN, account_id=name),
        )

    assert prove("acc-1", EMAIL)
    assert desk.logins.get(LOGIN.issuer, LOGIN.subject) == LOGIN
    assert list(desk.logins.of("acc-1")) == [LOGIN]
    assert not prove("acc-2", "eve@example.org")
    assert desk.addresses.get("eve@example.org", NOW).owner is None
    assert desk.accounts.get("acc-2").status is AccountStatus.UNVERIFIED
    assert list(desk.logins.of("acc-2")) == []


def test_a_visit_is_taken_once_before_it_expires(desk: Desk) -> None:
    told = replace(VISIT, identity=ThirdPartyIdentity("https://login.example", "sub-1", None, email_verified=False))
    desk.attempts.put(VISIT)
    assert desk.attempts.get("visit_1", NOW) == VISIT
    desk.attempts.put(told)
    assert desk.attempts.get("visit_1", NOW) == told
    assert desk.attempts.get("visit_2", NOW) is None
    assert desk.attempts.get("visit_1", VISIT.until) is None
    assert desk.attempts.take("visit_1", VISIT.until) is None
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: desk.attempts.take("visit_1", NOW), range(8)))
    assert sum(each == told for each in taken) == 1
    assert taken.count(None) == 7


def test_a_proof_is_redeemed_once_by_its_user(desk: Desk) -> None:
    until = NOW + timedelta(minutes=2)
    desk.proofs.put("login_1", "proof_1", until)
    assert not desk.proofs.redeem("login_2", "proof_1", NOW)
    assert not desk.proofs.redeem("login_1", "proof_2", NOW)
    assert not desk.proofs.redeem("login_1", "proof_1", until)
    with ThreadPoolExecutor(8) as pool:
        redeemed = list(pool.map(lambda _: desk.proofs.redeem("login_1", "proof_1", NOW), range(8)))
    assert redeemed.count(True) == 1
