"""Sign-ups and proofs of one address at the same moment, on the real DynamoDB Local."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.dynamodb_addresses import DynamoAddresses
from allmytracks.accounts.dynamodb_deadlines import DynamoDeadlines
from allmytracks.accounts.dynamodb_embargoes import DynamoEmbargoes
from allmytracks.accounts.dynamodb_guardian_consents import DynamoGuardianConsents
from allmytracks.accounts.rules import AccountStatus, WrongCode, WrongCredentials
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.rules_guardians import GuardianDecision
from allmytracks.accounts.use_cases.sign_in import SignIn
from allmytracks.accounts.use_cases.sign_up import SignUp, SignUpRequest
from allmytracks.accounts.use_cases.verify_account import VerifyAccount
from allmytracks.enforcement.dynamodb_guardians import DynamoGuardianAnswers
from allmytracks.enforcement.use_cases.answer_as_guardian import AnswerAsGuardian
from allmytracks.foundation.aws.tables import Table
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.foundation.throttling.dynamodb import UncountedClients
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.publishing.ports import Publication
from tests.factories.accounts import agreement_publication
from tests.factories.instants import NOW, PUBLISHED_AT
from tests.factories.risky_sign_ins import risk_check
from tests.factories.sign_up_world import client_of
from tests.fakes.accounts import MemoryAccounts, MemoryIdentity, MemorySessions
from tests.fakes.foundation import FixedClock, MemoryMailer
from tests.fakes.publishing import MemoryPublications

pytestmark = pytest.mark.dynamodb

THREADS = 32
EMAIL = "ada@example.org"
REQUEST = SignUpRequest(
    email=EMAIL,
    password="Correct4horse battery",
    accept=[Accepted("user-agreement", "2026-11-01"), Accepted("privacy-policy", "2026-11-01")],
    source_ip="192.0.2.7",
)
T = TypeVar("T")

CLIENT = client_of("192.0.2.7")


def password(number: int) -> str:
    return f"Correct4horse battery {number}"


class Desk:
    """The use cases on the tables' real adapters; the identity service is the fake."""

    def __init__(self, table: Table, counters: Table) -> None:
        clock, throttle = FixedClock(NOW), Throttle(UncountedClients, FixedClock(NOW))
        self.identity, self.mailer = MemoryIdentity(), MemoryMailer()
        self.accounts, self.addresses = DynamoAccounts(table), DynamoAddresses(table)
        consents = DynamoGuardianConsents(table)
        embargoes = DynamoEmbargoes(table, lambda: "key")
        publications = MemoryPublications(
            [
                agreement_publication("user-agreement"),
                agreement_publication("privacy-policy"),
                Publication("name-rules", "v1", PUBLISHED_AT, {"prohibited": []}),
            ]
        )
        self.sign_up = SignUp(
            identity=self.identity,
            accounts=self.accounts,
            addresses=self.addresses,
            embargoes=embargoes,
            guardian_consents=consents,
            publications=publications,
            mailer=self.mailer,
            throttle=throttle,
            clock=clock,
            ids=RandomIds(),
            site_url="https://site.example",
        )
        self.verify = VerifyAccount(
            self.identity, self.accounts, self.addresses, embargoes, DynamoDeadlines(table), throttle, clock
        )
        sessions = MemorySessions(MemoryAccounts())
        check = risk_check(sessions, throttle, clock)
        self.sign_in = SignIn(self.identity, self.accounts, self.addresses, sessions, check, throttle, clock)
        self.answer = AnswerAsGuardian(
            guardian_consents=consents,
            answers=DynamoGuardianAnswers(counters, table),
            accounts=self.accounts,
            addresses=self.addresses,
            publications=publications,
            clock=clock,
        )

    def codes(self, email: str = EMAIL) -> list[str]:
        return [
            code.group()
            for mail in self.mailer.sent
            if mail.to == email and (code := re.search(r"\b(\d{6}|\d{8})\b", mail.text))
        ]

    def who_can_sign_in(self, *passwords: str) -> list[str]:
        return [each for each in passwords if self._signs_in(each)]

    def _signs_in(self, with_password: str) -> bool:
        try:
            self.sign_in(EMAIL, with_password, CLIENT)
        except WrongCredentials:
            return False
        return True


@pytest.fixture
def desk(accounts_table: Table, counters_table: Table) -> Desk:
    return Desk(accounts_table, counters_table)


def at_once(act: Callable[[int], T], count: int = THREADS) -> list[T]:
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(act, range(count)))


def test_of_many_sign_ups_at_once_one_is_the_first_and_its_code_proves_it_alone(desk: Desk) -> None:
    made = at_once(lambda number: desk.sign_up(replace(REQUEST, password=password(number))).account_id)
    assert len(set(made)) == THREADS
    held = desk.addresses.get(EMAIL, NOW).pending
    assert {each.account_id for each in held} == set(made)
    (first,) = (each for each in held if each.first)
    (code,) = (each for each in desk.codes() if len(each) == 6)
    desk.verify(EMAIL, code)
    passwords = [password(number) for number in range(THREADS)]
    assert desk.who_can_sign_in(*passwords) == [password(made.index(first.account_id))]


def test_sign_ups_of_different_addresses_at_once_do_not_meet(desk: Desk) -> None:
    addresses = [f"{number}@example.org" for number in range(THREADS)]
    at_once(lambda number: desk.sign_up(replace(REQUEST, email=addresses[number])))
    for address in addresses:
        (code,) = desk.codes(address)
        assert len(code) == 6
        desk.verify(address, code)


def test_of_proofs_at_once_one_gets_the_address(desk: Desk) -> None:
    passwords = [password(number) for number in range(8)]
    for each in passwords:
        desk.sign_up(replace(REQUEST, password=each))
    codes = desk.codes()

    def prove(number: int) -> bool:
        try:
            desk.verify(EMAIL, codes[number], passwords[number])
        except WrongCode:
            return False
        return True

    proved = at_once(prove, len(codes))
    assert proved.count(True) == 1
    assert desk.who_can_sign_in(*passwords) == [passwords[proved.index(True)]]
    owner = desk.addresses.get(EMAIL, NOW).owner
    assert owner is not None
    assert desk.accounts.get(owner.account_id).status is AccountStatus.ACTIVE


@pytest.mark.parametrize("_again", range(8))
def test_a_guardian_who_consents_while_the_address_is_proved_is_not_lost(desk: Desk, _again: int) -> None:
    request = replace(REQUEST, minor=True, guardian_email="guardian@example.org")
    account_id = desk.sign_up(request).account_id
    (letter,) = (mail.text for mail in desk.mailer.sent if mail.to == "guardian@example.org")
    token = letter.split("token=")[1].split()[0]

    def act(number: int) -> None:
        if number:
            desk.verify(EMAIL, desk.codes()[0])
        else:
            desk.answer(token, GuardianDecision.CONSENTED, "192.0.2.44")

    at_once(act, 2)
    desk.sign_in(EMAIL, REQUEST.password, CLIENT)
    assert desk.accounts.get(account_id).status is AccountStatus.ACTIVE
