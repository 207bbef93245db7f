"""Signing up, proving the address, signing in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from allmytracks.accounts.rules import AccountStatus, WrongCode, WrongCredentials
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.use_cases.consent_as_guardian import ConsentAsGuardian, ConsentLinkInvalid
from allmytracks.accounts.use_cases.sign_in import SignIn
from allmytracks.accounts.use_cases.sign_up import CONSENT_DAYS, SignUp, SignUpRequest
from allmytracks.accounts.use_cases.verify_account import VerifyAccount
from allmytracks.foundation.errors import InvalidFields
from allmytracks.foundation.system_time_and_ids import RandomIds
from allmytracks.foundation.throttling.rules import SIGN_UP_MAILS, TooManyRequests
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.publishing.ports import Publication
from tests.fakes.accounts import MemoryAccounts, MemoryGuardianConsents, MemoryIdentity
from tests.fakes.foundation import FixedClock, MemoryClientCounters, MemoryMailer
from tests.fakes.publishing import MemoryPublications
from tests.samples import NOW, PUBLISHED_AT, agreement_publication

PASSWORD = "Correct4horse battery"
REQUEST = SignUpRequest(
    email="Ada@Example.org",
    password=PASSWORD,
    accept=[Accepted("user-agreement", "2026-11-01"), Accepted("privacy-policy", "2026-11-01")],
    source_ip="192.0.2.7",
)


class World:
    """Everything that signing up touches, in memory."""

    def __init__(self) -> None:
        self.identity, self.accounts, self.mailer = MemoryIdentity(), MemoryAccounts(), MemoryMailer()
        self.consents, self.clock = MemoryGuardianConsents(), FixedClock(NOW)
        self.throttle = Throttle(MemoryClientCounters, self.clock)
        self.publications = MemoryPublications(
            [
                agreement_publication("user-agreement"),
                agreement_publication("privacy-policy"),
                Publication("name-rules", "v1", PUBLISHED_AT, {"prohibited": ["admin"]}),
            ]
        )
        self.sign_up = SignUp(
            identity=self.identity,
            accounts=self.accounts,
            guardian_consents=self.consents,
            publications=self.publications,
            mailer=self.mailer,
            throttle=self.throttle,
            clock=self.clock,
            ids=RandomIds(),
            site_url="https://site.example",
        )
        self.verify = VerifyAccount(self.identity, self.accounts, self.throttle)
        self.sign_in = SignIn(self.identity, self.accounts, self.throttle)
        self.consent = ConsentAsGuardian(self.consents, self.accounts, self.identity, self.clock)

    def code(self, email: str = "ada@example.org") -> str:
        return self.identity.users[email].code


@pytest.fixture
def world() -> World:
    return World()


def problems(world: World, request: SignUpRequest) -> set[tuple[str, str]]:
    with pytest.raises(InvalidFields) as refused:
        world.sign_up(request)
    assert world.accounts.stored == {}
    return {(problem.field, problem.code) for problem in refused.value.problems}


@pytest.mark.clause("U-0.accept")
def test_an_account_keeps_what_was_accepted_when_and_from_where(world: World) -> None:
    signed_up = world.sign_up(REQUEST)
    assert signed_up.status is AccountStatus.UNVERIFIED
    evidence = world.accounts.acceptances(signed_up.account_id)
    assert {(each.agreement, each.version, each.accepted_at, each.source_ip) for each in evidence} == {
        ("user-agreement", "2026-11-01", NOW, "192.0.2.7"),
        ("privacy-policy", "2026-11-01", NOW, "192.0.2.7"),
    }


@pytest.mark.clause("U-0.accept")
def test_a_missing_and_an_outdated_acceptance_are_both_named(world: World) -> None:
    world.publications.publish(agreement_publication("privacy-policy", "2026-11-20", NOW))
    found = problems(world, replace(REQUEST, accept=[Accepted("privacy-policy", "2026-11-01")]))
    assert found == {("accept", "acceptance_missing"), ("accept", "acceptance_outdated")}


def test_a_version_that_is_not_in_force_yet_is_not_asked_for(world: World) -> None:
    world.publications.publish(agreement_publication("privacy-policy", "2027-01-01", NOW + timedelta(days=40)))
    assert world.sign_up(REQUEST).status is AccountStatus.UNVERIFIED


def test_every_bad_field_is_named_at_once(world: World) -> None:
    bad = replace(REQUEST, email="no address", display_name="4dm1n", minor=True, accept=[])
    assert problems(world, bad) == {
        ("email", "invalid_email"),
        ("display_name", "prohibited_word"),
        ("guardian_email", "required"),
        ("accept", "acceptance_missing"),
    }


def test_a_weak_password_is_refused_and_nothing_is_stored(world: World) -> None:
    assert problems(world, replace(REQUEST, password="weak")) == {("password", "weak_password")}


@pytest.mark.clause("U-II.II.1")
def test_the_code_makes_the_account_active_and_a_wrong_one_does_not(world: World) -> None:
    account_id = world.sign_up(REQUEST).account_id
    with pytest.raises(WrongCode):
        world.verify("ada@example.org", "000000" if world.code() != "000000" else "000001")
    assert world.accounts.get(account_id).status is AccountStatus.UNVERIFIED
    world.verify(" ADA@example.org", world.code())
    assert world.accounts.get(account_id).status is AccountStatus.ACTIVE


def test_a_code_for_an_address_nobody_gave_is_only_a_wrong_code(world: World) -> None:
    with pytest.raises(WrongCode):
        world.verify("nobody@example.org", "123456")


def test_a_known_address_is_answered_alike_and_its_owner_is_told(world: World) -> None:
    first = world.sign_up(REQUEST)
    world.verify("ada@example.org", world.code())
    second = world.sign_up(replace(REQUEST, password="Another4password x"))
    assert second.status is AccountStatus.UNVERIFIED
    assert second.account_id != first.account_id
    assert [mail.to for mail in world.mailer.sent] == ["ada@example.org"]
    assert world.sign_in("ada@example.org", PASSWORD).account_id == first.account_id
    assert list(world.accounts.stored) == [first.account_id]


def test_an_address_that_was_never_proved_can_be_signed_up_anew(world: World) -> None:
    world.sign_up(replace(REQUEST, password="Squatters4password"))
    mine = world.sign_up(REQUEST)
    world.verify("ada@example.org", world.code())
    assert world.sign_in("ada@example.org", PASSWORD).account_id == mine.account_id
    with pytest.raises(WrongCredentials):
        world.sign_in("ada@example.org", "Squatters4password")


def test_an_address_is_not_proved_for_a_sign_up_that_died_before_its_evidence(world: World) -> None:
    world.identity.sign_up("ada@example.org", PASSWORD)
    with pytest.raises(WrongCode):
        world.verify("ada@example.org", world.code())
    assert not world.identity.users["ada@example.org"].confirmed


def test_a_sign_in_mends_a_verification_that_died_half_way(world: World) -> None:
    account_id = world.sign_up(REQUEST).account_id
    world.identity.confirm("ada@example.org", world.code())
    world.sign_in("ada@example.org", PASSWORD)
    assert world.accounts.get(account_id).status is AccountStatus.ACTIVE


MINOR = replace(REQUEST, minor=True, guardian_email="guardian@example.org")


def link_token(world: World) -> str:
    (mail,) = world.mailer.sent
    assert mail.to == "guardian@example.org"
    found = re.search(r"token=(\S+)", mail.text)
    assert found is not None
    return found.group(1)


@pytest.mark.clause("U-II.I")
@pytest.mark.clause("M-0.minor")
@pytest.mark.parametrize("verified_first", [True, False])
def test_a_minor_waits_for_the_guardian_and_the_link_serves_once(world: World, verified_first: bool) -> None:  # noqa: FBT001 - a parameter of the test
    account_id = world.sign_up(MINOR).account_id
    if verified_first:
        world.verify("ada@example.org", world.code())
    assert world.accounts.get(account_id).status is AccountStatus.AWAITING_GUARDIAN
    token = link_token(world)
    world.consent(token)
    if not verified_first:
        assert world.accounts.get(account_id).status is AccountStatus.UNVERIFIED
        world.verify("ada@example.org", world.code())
    assert world.accounts.get(account_id).status is AccountStatus.ACTIVE
    with pytest.raises(ConsentLinkInvalid):
        world.consent(token)


def test_the_guardians_link_expires(world: World) -> None:
    world.sign_up(MINOR)
    world.clock.advance(days=CONSENT_DAYS)
    with pytest.raises(ConsentLinkInvalid):
        world.consent(link_token(world))


def test_the_guardian_is_somebody_else(world: World) -> None:
    bad = replace(MINOR, guardian_email="ADA@example.org")
    assert problems(world, bad) == {("guardian_email", "same_as_email")}


@pytest.mark.clause("U-II.IV.7")
def test_no_mailbox_is_flooded_in_others_names(world: World) -> None:
    for number in range(SIGN_UP_MAILS.requests):
        world.sign_up(REQUEST)
        world.sign_up(replace(MINOR, email=f"{number}@example.org"))
    for one_more in (REQUEST, replace(MINOR, email="one-more@example.org")):
        with pytest.raises(TooManyRequests):
            world.sign_up(one_more)
    assert "one-more@example.org" not in world.identity.users
    world.clock.advance(hours=1)
    world.sign_up(REQUEST)
