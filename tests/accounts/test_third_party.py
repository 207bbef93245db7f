"""Signing in by another provider's login: its own account, linked by its owner alone (U-II.II.2.third)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from msgspec.structs import replace

from allmytracks.accounts.ports import Tokens
from allmytracks.accounts.rules import AccountFrozen, AccountStatus, GuardianConsentRequired, WrongCredentials
from allmytracks.accounts.rules_deadlines import DeadlineKind
from allmytracks.accounts.rules_sign_ups import SignedUpAsMinor
from allmytracks.accounts.third_party.rules import (
    AddressHasAccount,
    AddressNotProved,
    AddressRests,
    ThirdPartyIdentity,
    ThirdPartyRefused,
)
from allmytracks.accounts.third_party.use_cases.sign_up import SignUpByThirdParty
from allmytracks.foundation.errors import InvalidFields, Unavailable
from tests.factories.sign_up_world import HOME, REQUEST
from tests.factories.third_party_door import ADA, DECLARED, ISSUER, Door
from tests.fakes.accounts import MemoryAddresses

pytestmark = pytest.mark.clause("U-II.II.2.third")


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.clause("P-2.third")
@pytest.mark.clause("U-0.accept")
def test_nothing_is_stored_before_the_member_saw_the_attributes_and_accepted(door: Door) -> None:
    visit, person = door.come_back()
    assert person == ThirdPartyIdentity(ISSUER, "sub-ada", "Ada@Example.org", email_verified=True)
    assert not door.world.accounts.stored
    assert not door.world.identity.users
    with pytest.raises(InvalidFields) as refused:
        door.sign_up(visit, replace(DECLARED, accept=[], country="nowhere"), HOME)
    assert {each.field for each in refused.value.problems} == {"accept", "country"}
    assert not door.world.accounts.stored
    tokens = door.sign_up(visit, DECLARED, HOME)
    made = door.world.accounts.get(tokens.account_id)
    assert (made.email, made.status, made.country) == (ADA, AccountStatus.ACTIVE, "HK")
    accepted = {each.agreement for each in door.world.accounts.acceptances(made.id)}
    assert accepted == {"user-agreement", "privacy-policy"}
    assert door.world.accounts.kept_until[made.id] is None
    assert [each.id for each in door.world.sessions.of(made.id)] == [tokens.session_id]


def test_the_same_login_opens_the_same_account_again(door: Door) -> None:
    first = door.join()
    _, again = door.come_back()
    assert isinstance(again, Tokens)
    assert again.account_id == first.account_id
    assert again.session_id != first.session_id
    assert again.refresh_token is not None
    assert door.world.refresh(again.refresh_token).account_id == first.account_id
    assert len(door.world.accounts.stored) == 1


def test_a_visit_serves_once_with_its_own_state_and_not_for_ever(door: Door) -> None:
    door.join()
    visit = door.begin().sign_in_id
    state = door.attempts.stored[visit].state
    assert isinstance(door.sign_in(visit, state, "ada", HOME), Tokens)
    with pytest.raises(ThirdPartyRefused):
        door.sign_in(visit, state, "ada", HOME)
    for wrong in ("", "another", door.begin().sign_in_id):
        with pytest.raises(ThirdPartyRefused):
            door.sign_in(door.begin().sign_in_id, wrong, "ada", HOME)
    visit = door.begin().sign_in_id
    state = door.attempts.stored[visit].state
    door.world.clock.advance(minutes=15)
    for each in (visit, "unknown", ""):
        with pytest.raises(ThirdPartyRefused):
            door.sign_in(each, state, "ada", HOME)


def test_a_code_that_the_provider_refuses_opens_nothing(door: Door) -> None:
    with pytest.raises(ThirdPartyRefused):
        door.come_back("unknown code")
    assert not door.world.accounts.stored


def test_no_account_without_a_return_from_the_provider(door: Door) -> None:
    for visit in (door.begin().sign_in_id, "unknown"):
        with pytest.raises(ThirdPartyRefused):
            door.sign_up(visit, DECLARED, HOME)


@pytest.mark.parametrize(("email", "verified"), [(None, True), ("ada@example.org", False)])
def test_an_address_that_is_not_verified_makes_no_account(door: Door, email: str | None, verified: bool) -> None:  # noqa: FBT001 - a parameter
    door.provider.people["eve"] = ThirdPartyIdentity(ISSUER, "sub-eve", email, verified)
    visit, _ = door.come_back("eve")
    with pytest.raises(AddressNotProved):
        door.sign_up(visit, DECLARED, HOME)
    assert not door.world.accounts.stored
    door.world.member()  # ordinary sign-up goes on as before


@pytest.mark.clause("M-III.10")
@pytest.mark.parametrize("status", [AccountStatus.FROZEN, AccountStatus.BANNED, AccountStatus.CLOSED])
def test_a_stopped_account_is_not_opened_by_another_door(door: Door, status: AccountStatus) -> None:
    account_id = door.join().account_id
    door.world.accounts.becomes(account_id, status)
    before = len(door.world.sessions.opened)
    with pytest.raises(AccountFrozen):
        door.come_back()
    with pytest.raises(AccountFrozen):
        door.begin(account_id, "login_1")
    assert len(door.world.sessions.opened) == before
    assert not door.proofs.stored


@pytest.mark.clause("S-6.5")
def test_an_address_that_rests_makes_no_account(door: Door) -> None:
    until = door.world.clock.now() + timedelta(days=3)
    door.world.embargoes.resting[ADA] = until
    visit, _ = door.come_back()
    with pytest.raises(AddressRests) as refused:
        door.sign_up(visit, DECLARED, HOME)
    assert refused.value.extra["until"] == until
    door.world.clock.advance(days=3)
    door.join()


@pytest.mark.clause("U-II.I")
def test_a_minor_waits_for_the_guardian(door: Door) -> None:
    visit, _ = door.come_back()
    with pytest.raises(InvalidFields):
        door.sign_up(visit, replace(DECLARED, minor=True), HOME)
    tokens = door.sign_up(visit, replace(DECLARED, minor=True, guardian_email="guardian@example.org"), HOME)
    assert door.world.accounts.get(tokens.account_id).status is AccountStatus.AWAITING_GUARDIAN
    assert door.world.deadlines.get(tokens.account_id, DeadlineKind.GUARDIAN) is not None
    assert [each for each in door.world.mailer.sent if each.to == "guardian@example.org"] != []
    with pytest.raises(GuardianConsentRequired):
        door.begin(tokens.account_id, "login_1")


@pytest.mark.clause("M-0.minor")
def test_a_minors_sign_up_is_not_passed_by_as_an_adult(door: Door) -> None:
    door.world.sign_up(replace(REQUEST, minor=True, guardian_email="guardian@example.org"))
    visit, _ = door.come_back()
    with pytest.raises(SignedUpAsMinor):
        door.sign_up(visit, DECLARED, HOME)


def test_a_lost_response_is_repeated_and_makes_no_second_account(door: Door) -> None:
    visit, _ = door.come_back()
    kept = door.attempts.stored[visit]
    first = door.sign_up(visit, DECLARED, HOME)
    with pytest.raises(ThirdPartyRefused):
        door.sign_up(visit, DECLARED, HOME)  # it ended with the session that it opened
    door.attempts.put(kept)  # the response was lost before that
    assert door.sign_up(visit, DECLARED, HOME).account_id == first.account_id
    assert len(door.world.accounts.stored) == 1


@dataclass
class Overtaken(MemoryAddresses):
    """Addresses at which another request is first: it does `first`, and then proves nothing."""

    first: Callable[[], object] = lambda: None

    def prove(self, *_args: object, **_named: object) -> bool:
        self.first()
        return False


def overtaken(door: Door, first: Callable[[], object]) -> SignUpByThirdParty:
    known = door.world.addresses
    behind = Overtaken(known.accounts, known.owners, known.firsts, known.held, known.logins, first)
    return dataclasses.replace(door.sign_up, addresses=behind)


def test_of_two_that_make_an_account_at_once_one_does(door: Door) -> None:
    visit, _ = door.come_back()
    kept = door.attempts.stored[visit]

    def another() -> None:
        door.sign_up(visit, DECLARED, HOME)
        door.attempts.put(kept)

    tokens = overtaken(door, another)(visit, DECLARED, HOME)
    [login] = door.logins.linked.values()
    assert tokens.account_id == login.account_id
    assert [each.account_id for each in door.world.identity.users.values()] == [login.account_id]


def test_an_address_that_was_proved_meanwhile_is_its_owners(door: Door) -> None:
    visit, _ = door.come_back()
    with pytest.raises(AddressHasAccount):
        overtaken(door, door.world.member)(visit, DECLARED, HOME)
    assert len(door.world.identity.users) == 1


def test_a_proof_serves_its_user_once_and_for_two_minutes(door: Door) -> None:
    tokens = door.join()
    [login] = door.logins.linked.values()
    now = door.world.clock.now()
    door.proofs.put(login.user_name, "proof_1", now + timedelta(minutes=2))
    for name, proof in (("login_other", "proof_1"), (login.user_name, "proof_2"), (login.user_name, "")):
        with pytest.raises(WrongCredentials):
            door.world.identity.sign_in_by_proof(name, proof)
    assert door.world.identity.sign_in_by_proof(login.user_name, "proof_1").account_id == tokens.account_id
    with pytest.raises(WrongCredentials):
        door.world.identity.sign_in_by_proof(login.user_name, "proof_1")
    door.proofs.put(login.user_name, "proof_3", now + timedelta(minutes=2))
    door.world.clock.advance(minutes=2)
    with pytest.raises(WrongCredentials):
        door.world.identity.sign_in_by_proof(login.user_name, "proof_3")


def test_who_lost_a_race_for_nothing_known_may_try_again(door: Door) -> None:
    visit, _ = door.come_back()
    with pytest.raises(Unavailable):
        overtaken(door, lambda: None)(visit, DECLARED, HOME)
    assert not door.world.identity.users
    door.sign_up(visit, DECLARED, HOME)
