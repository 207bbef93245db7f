"""Guardians' answers: each on record together with what it does to the minor's account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.dynamodb_addresses import DynamoAddresses
from allmytracks.accounts.dynamodb_deadlines import DynamoDeadlines
from allmytracks.accounts.dynamodb_guardian_consents import DynamoGuardianConsents
from allmytracks.accounts.ports import Accounts, Addresses, GuardianConsents
from allmytracks.accounts.ports_deadlines import Deadlines
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind
from allmytracks.accounts.rules_guardians import ConsentLinkInvalid, GuardianAnswer, GuardianDecision
from allmytracks.accounts.rules_sign_ups import Owner
from allmytracks.accounts.rules_states import StateEvent
from allmytracks.enforcement.dynamodb_guardians import DynamoGuardianAnswers
from allmytracks.enforcement.dynamodb_standings import DynamoStandings
from allmytracks.enforcement.ports_guardians import GuardianAnswers
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.enforcement.use_cases.answer_as_guardian import AnswerAsGuardian
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from tests.factories.accounts import account, agreement_publication
from tests.factories.entities import filled
from tests.factories.instants import NOW
from tests.fakes.accounts import MemoryAccounts, MemoryAddresses, MemoryDeadlines, MemoryGuardianConsents
from tests.fakes.enforcement import MemoryGuardianAnswers, MemoryStandings
from tests.fakes.foundation import FixedClock
from tests.fakes.publishing import MemoryPublications

STORES = ["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)]
GUARDIAN = "guardian@example.org"
MINOR = replace(account(status=AccountStatus.AWAITING_GUARDIAN), minor=True, guardian_email=GUARDIAN)
EMAIL = MINOR.email
CONSENTED, REFUSED = GuardianDecision.CONSENTED, GuardianDecision.REFUSED
VERSIONS = ("user-agreement@2026-11-01", "privacy-policy@2026-11-01")
UNTIL = NOW + timedelta(days=14)


@dataclass
class Desk:
    """A minor's account with a link for the guardian."""

    accounts: Accounts
    addresses: Addresses
    consents: GuardianConsents
    deadlines: Deadlines
    standings: Standings
    answers: GuardianAnswers

    def __post_init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.accounts.add(MINOR, [])
        self.consents.ask("token", MINOR.id, UNTIL)
        self.deadlines.put(Deadline(MINOR.id, DeadlineKind.GUARDIAN, UNTIL))
        publications = MemoryPublications([agreement_publication(each.split("@")[0]) for each in VERSIONS])
        self.answer = AnswerAsGuardian(
            self.consents, self.answers, self.accounts, self.addresses, publications, self.clock
        )

    def prove(self) -> None:
        waits = AccountStatus.AWAITING_GUARDIAN
        assert self.addresses.prove(EMAIL, Owner(MINOR.id, "login"), waits, expected=waits, now=NOW)

    def status(self) -> AccountStatus:
        return self.accounts.get(MINOR.id).status

    def evidence(self, decision: GuardianDecision) -> list[GuardianAnswer]:
        return [GuardianAnswer(MINOR.id, GUARDIAN, decision, self.clock.now(), "192.0.2.44", VERSIONS)]


@pytest.fixture(params=STORES)
def desk(request: pytest.FixtureRequest) -> Desk:
    if request.param == "memory":
        accounts, consents, deadlines = MemoryAccounts(), MemoryGuardianConsents(), MemoryDeadlines()
        addresses, standings = MemoryAddresses(accounts), MemoryStandings(accounts)
        answers = MemoryGuardianAnswers(consents, addresses, standings, deadlines)
        return Desk(accounts, addresses, consents, deadlines, standings, answers)
    return on_tables(request.getfixturevalue("counters_table"), request.getfixturevalue("accounts_table"))


def on_tables(counters: Table, table: Table) -> Desk:
    return Desk(
        DynamoAccounts(table),
        DynamoAddresses(table),
        DynamoGuardianConsents(table),
        DynamoDeadlines(table),
        DynamoStandings(counters, table),
        DynamoGuardianAnswers(counters, table),
    )


@pytest.mark.clause("U-II.I", "M-0.minor")
@pytest.mark.parametrize(("proved", "after"), [(True, AccountStatus.ACTIVE), (False, AccountStatus.UNVERIFIED)])
def test_a_consent_is_on_record_with_what_it_was_to_and_works_once(
    desk: Desk,
    proved: bool,  # noqa: FBT001 - a parameter of the test
    after: AccountStatus,
) -> None:
    if proved:
        desk.prove()
    desk.answer("token", CONSENTED, "192.0.2.44")
    assert desk.status() is after
    assert (desk.accounts.get(MINOR.id).activated_at == NOW) == proved
    assert list(desk.answers.all(MINOR.id)) == desk.evidence(CONSENTED)
    assert desk.deadlines.get(MINOR.id, DeadlineKind.GUARDIAN) is None
    for decision in GuardianDecision:
        with pytest.raises(ConsentLinkInvalid):
            desk.answer("token", decision, "192.0.2.44")
    assert len(desk.answers.all(MINOR.id)) == 1


@pytest.mark.clause("U-II.I", "P-minors")
def test_a_refusal_begins_the_closing_and_may_be_repeated_with_the_same_link(desk: Desk) -> None:
    desk.consents.ask("other token", MINOR.id, UNTIL)
    for _ in range(2):
        assert desk.answer("token", REFUSED, "192.0.2.44") == MINOR.id
        assert desk.status() is AccountStatus.CLOSING
    assert list(desk.answers.all(MINOR.id)) == desk.evidence(REFUSED)
    for token in ("token", "other token"):
        with pytest.raises(ConsentLinkInvalid):
            desk.answer(token, CONSENTED, "192.0.2.44")
    assert desk.status() is AccountStatus.CLOSING


@pytest.mark.clause("U-II.I")
def test_a_link_of_a_frozen_account_waits_until_it_is_open_again(desk: Desk) -> None:
    desk.prove()
    desk.standings.freeze(MINOR.id, NOW)
    with pytest.raises(ConsentLinkInvalid):
        desk.answer("token", CONSENTED, "192.0.2.44")
    desk.standings.unfreeze(MINOR.id, NOW)
    desk.answer("token", CONSENTED, "192.0.2.44")
    assert desk.status() is AccountStatus.ACTIVE


def test_an_answer_on_an_older_reading_is_not_given(desk: Desk) -> None:
    answer = desk.evidence(CONSENTED)[0]
    assert not desk.answers.give("token", MINOR, answer, proved=True)
    assert not desk.answers.give("unknown", MINOR, answer, proved=False)
    desk.prove()
    assert not desk.answers.give("token", MINOR, answer, proved=False)
    desk.standings.move(MINOR.id, StateEvent.CLOSING_BEGINS)
    assert not desk.answers.give("token", MINOR, answer, proved=True)
    assert list(desk.answers.all(MINOR.id)) == []


def test_no_field_of_an_answer_is_forgotten(desk: Desk) -> None:
    every_field = replace(filled(GuardianAnswer), account_id=MINOR.id, decision=CONSENTED)
    assert desk.answers.give("token", MINOR, every_field, proved=False)
    assert list(desk.answers.all(MINOR.id)) == [every_field]


@pytest.mark.dynamodb
@pytest.mark.clause("U-II.I", "P-minors")
@pytest.mark.parametrize("_again", range(5))
def test_of_a_consent_and_refusals_at_once_one_counts(
    counters_table: Table, accounts_table: Table, _again: int
) -> None:
    desk = on_tables(counters_table, accounts_table)
    desk.prove()

    def answer(number: int) -> GuardianDecision | None:
        decision = REFUSED if number % 2 else CONSENTED
        try:
            desk.answer("token", decision, "192.0.2.44")
        except (ConsentLinkInvalid, Unavailable):
            return None
        return decision

    with ThreadPoolExecutor(8) as threads:
        given = {each for each in threads.map(answer, range(8)) if each is not None}
    [kept] = desk.answers.all(MINOR.id)
    assert given == {kept.decision}
    assert desk.status() is (AccountStatus.ACTIVE if kept.decision is CONSENTED else AccountStatus.CLOSING)
