"""Signing up, proving the address, signing in."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus, WrongCode, WrongCredentials
from allmytracks.accounts.rules_agreements import Accepted
from allmytracks.accounts.use_cases.sign_up import SignUpRequest
from allmytracks.foundation.errors import DomainError, InvalidFields
from allmytracks.foundation.throttling.rules import SIGN_UP_MAILS, TooManyRequests
from tests.factories.accounts import agreement_publication
from tests.factories.instants import NOW
from tests.factories.sign_up_world import HOME, MINOR, PASSWORD, PORTS, REQUEST, World

CLIENT = HOME


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


def test_a_version_that_is_not_in_force_yet_is_not_required(world: World) -> None:
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


def test_a_code_for_an_unknown_address_is_only_a_wrong_code(world: World) -> None:
    with pytest.raises(WrongCode):
        world.verify("nobody@example.org", "123456")


def test_a_known_address_gets_the_same_response_and_its_owner_a_mail(world: World) -> None:
    first = world.sign_up(REQUEST)
    world.verify("ada@example.org", world.code())
    second = world.sign_up(replace(REQUEST, password="Another4password x"))
    assert second.status is AccountStatus.UNVERIFIED
    assert second.account_id != first.account_id
    assert [mail.to for mail in world.mailer.sent] == ["ada@example.org", "ada@example.org"]
    assert "already" in world.mailer.sent[1].subject
    assert not re.search(r"\d{6}", world.mailer.sent[1].text)
    assert world.sign_in("ada@example.org", PASSWORD, CLIENT).account_id == first.account_id
    with pytest.raises(WrongCredentials):
        world.sign_in("ada@example.org", "Another4password x", CLIENT)


STRANGERS = "Strangers4password"


@pytest.mark.clause("U-II.II.1")
def test_a_later_sign_up_does_not_win_when_the_owner_enters_the_newest_code(world: World) -> None:
    mine = world.sign_up(replace(REQUEST, display_name="Ada"))
    world.sign_up(replace(REQUEST, password=STRANGERS, display_name="Mallory"))
    with pytest.raises(InvalidFields) as refused:
        world.verify("ada@example.org", world.code(digits=8))
    assert [(each.field, each.code) for each in refused.value.problems] == [("password", "required")]
    with pytest.raises(WrongCode):
        world.verify("ada@example.org", world.code(digits=8), PASSWORD)
    for password in (PASSWORD, STRANGERS):
        with pytest.raises(WrongCredentials):
            world.sign_in("ada@example.org", password, CLIENT)
    world.verify("ada@example.org", world.code())
    assert world.sign_in("ada@example.org", PASSWORD, CLIENT).account_id == mine.account_id
    with pytest.raises(WrongCredentials):
        world.sign_in("ada@example.org", STRANGERS, CLIENT)


def test_who_signed_up_later_proves_it_with_code_and_password_and_the_others_end(world: World) -> None:
    world.sign_up(replace(REQUEST, password="Squatters4password"))
    mine = world.sign_up(REQUEST)
    world.verify("ada@example.org", world.code(digits=8), PASSWORD)
    assert world.sign_in("ada@example.org", PASSWORD, CLIENT).account_id == mine.account_id
    with pytest.raises(WrongCode):
        world.verify("ada@example.org", world.code())
    with pytest.raises(WrongCredentials):
        world.sign_in("ada@example.org", "Squatters4password", CLIENT)
    assert len(world.identity.users) == 1


def test_a_weak_password_deletes_no_other_sign_up(world: World) -> None:
    mine = world.sign_up(REQUEST)
    with pytest.raises(InvalidFields):
        world.sign_up(replace(REQUEST, password="weak"))
    world.verify("ada@example.org", world.code())
    assert world.sign_in("ada@example.org", PASSWORD, CLIENT).account_id == mine.account_id


def test_a_code_ends_after_a_day_and_the_next_sign_up_is_the_first_again(world: World) -> None:
    world.sign_up(REQUEST)
    world.clock.advance(hours=24)
    with pytest.raises(WrongCode):
        world.verify("ada@example.org", world.code())
    again = world.sign_up(REQUEST)
    world.verify("ada@example.org", world.code())
    assert world.sign_in("ada@example.org", PASSWORD, CLIENT).account_id == again.account_id


class Counting:
    """A port that notes the names of its calls."""

    def __init__(self, port: object, calls: list[str]) -> None:
        self._port, self._calls = port, calls

    def __getattr__(self, name: str) -> Any:
        self._calls.append(name)
        return getattr(self._port, name)


def calls_of(act: Any, *arguments: Any) -> tuple[list[str], str]:
    """The calls that a use case makes, and what came of it."""
    calls: list[str] = []
    ports = {name: Counting(getattr(act, name), calls) for name in PORTS if hasattr(act, name)}
    try:
        outcome = type(dataclasses.replace(act, **ports)(*arguments)).__name__
    except DomainError as error:
        outcome = f"{type(error).__name__} {error.detail}"
    return calls, outcome


@pytest.mark.parametrize("minor", [False, True])
def test_no_route_tells_a_known_from_an_unknown_or_an_unproved_address(world: World, minor: bool) -> None:  # noqa: FBT001 - a parameter of the test
    world.sign_up(replace(REQUEST, email="known@example.org"))
    world.verify("known@example.org", world.code("known@example.org"))
    world.sign_up(replace(REQUEST, email="unproved@example.org"))
    guardian = "guardian@example.org" if minor else None
    tried = []
    for name in ("known", "unproved", "unknown"):
        email = f"{name}@example.org"
        request = replace(REQUEST, email=email, password=STRANGERS, minor=minor, guardian_email=guardian)
        tried.append(
            [
                calls_of(world.sign_in, email, "Wrong4password xx", CLIENT),
                calls_of(world.verify, email, "x"),
                calls_of(world.verify, email, ""),
                calls_of(world.verify, email, "12345678", STRANGERS),
                calls_of(world.sign_up, replace(request, password="weak")),
                calls_of(world.sign_up, request),
                calls_of(world.sign_in, email, STRANGERS, CLIENT),
            ]
        )
    assert tried[0] == tried[1] == tried[2]


@pytest.mark.clause("U-II.IV.7")
def test_no_mailbox_is_flooded_in_others_names(world: World) -> None:
    for number in range(SIGN_UP_MAILS.requests):
        world.sign_up(REQUEST)
        world.sign_up(replace(MINOR, email=f"{number}@example.org"))
    for one_more in (REQUEST, replace(MINOR, email="one-more@example.org")):
        with pytest.raises(TooManyRequests):
            world.sign_up(one_more)
    assert "one-more@example.org" not in world.addresses.held
    world.clock.advance(hours=1)
    world.sign_up(REQUEST)


def test_the_guardian_is_somebody_else(world: World) -> None:
    bad = replace(MINOR, guardian_email="ADA@example.org")
    assert problems(world, bad) == {("guardian_email", "same_as_email")}
