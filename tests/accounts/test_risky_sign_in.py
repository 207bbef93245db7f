"""A risky sign-in asks for a code by e-mail first, and tells the member (P-8.risk)."""

from __future__ import annotations

import pytest

from allmytracks.accounts.rules import WrongCode, WrongCredentials
from allmytracks.accounts.rules_risks import SignInCodeRequired
from allmytracks.accounts.use_cases.sign_in import Client
from allmytracks.foundation.throttling.rules import TooManyRequests
from tests.factories.sign_up_world import HOME, PASSWORD, World, client_of

pytestmark = pytest.mark.clause("P-8.risk")
ADA, ANOTHER = "ada@example.org", "Another4password x"
ELSEWHERE = client_of("198.51.100.9", "Phone")


@pytest.fixture
def world() -> World:
    made = World()
    made.member()
    made.session()
    return made


def reset(world: World) -> None:
    world.ask_password_reset(ADA)
    world.reset_password(ADA, world.code(), ANOTHER)
    world.clock.advance(seconds=1)


def test_just_after_a_reset_an_unknown_client_needs_the_code(world: World) -> None:
    reset(world)
    before = len(world.sessions.opened)
    with pytest.raises(SignInCodeRequired):
        world.sign_in(ADA, ANOTHER, ELSEWHERE)
    assert len(world.sessions.opened) == before
    [mail] = [each for each in world.mailer.sent if "sign in" in each.subject]
    assert mail.to == ADA
    assert "198.51.100.0/24 with Phone" in mail.text
    assert PASSWORD not in mail.text
    wrong = "000000" if world.code() != "000000" else "111111"
    with pytest.raises(WrongCode):
        world.sign_in(ADA, ANOTHER, ELSEWHERE, wrong)
    world.sign_in(ADA, ANOTHER, ELSEWHERE, world.code())
    world.sign_in(ADA, ANOTHER, ELSEWHERE)  # known from now on


def test_a_code_without_the_password_opens_nothing(world: World) -> None:
    reset(world)
    with pytest.raises(SignInCodeRequired):
        world.sign_in(ADA, ANOTHER, ELSEWHERE)
    with pytest.raises(WrongCredentials):
        world.sign_in(ADA, PASSWORD, ELSEWHERE, world.code())


def test_a_code_serves_once_and_for_an_hour(world: World) -> None:
    reset(world)
    with pytest.raises(SignInCodeRequired):
        world.sign_in(ADA, ANOTHER, ELSEWHERE)
    world.sign_in(ADA, ANOTHER, ELSEWHERE, world.code())
    other = client_of("203.0.113.9", "Tablet")
    with pytest.raises(WrongCode):
        world.sign_in(ADA, ANOTHER, other, world.code())
    with pytest.raises(SignInCodeRequired):
        world.sign_in(ADA, ANOTHER, other)
    world.clock.advance(hours=1)
    with pytest.raises(WrongCode):
        world.sign_in(ADA, ANOTHER, other, world.code())


@pytest.mark.parametrize(
    "client", [client_of("198.51.100.9", "Home browser"), client_of("192.0.2.7", "Phone")], ids=["network", "device"]
)
def test_a_new_network_or_device_alone_is_enough_after_a_change(world: World, client: Client) -> None:
    caller, _ = world.session()
    world.change_password(caller, PASSWORD, ANOTHER)
    with pytest.raises(SignInCodeRequired):
        world.sign_in(ADA, ANOTHER, client)


def test_many_failures_before_make_an_unknown_client_risky(world: World) -> None:
    for _ in range(3):
        with pytest.raises(WrongCredentials):
            world.sign_in(ADA, "Wrong4password xx", ELSEWHERE)
    with pytest.raises(SignInCodeRequired):
        world.sign_in(ADA, PASSWORD, ELSEWHERE)
    world.sign_in(ADA, PASSWORD, HOME)


def test_what_is_known_or_long_ago_is_not_asked_for_a_code(world: World) -> None:
    world.sign_in(ADA, PASSWORD, ELSEWHERE)  # a new client alone
    reset(world)
    world.sign_in(ADA, ANOTHER, HOME)  # a reset alone
    world.clock.advance(days=1)
    world.sign_in(ADA, ANOTHER, client_of("203.0.113.9", "Tablet"))


def test_codes_are_neither_guessed_nor_a_flood(world: World) -> None:
    reset(world)
    for _ in range(10):
        with pytest.raises(SignInCodeRequired):
            world.sign_in(ADA, ANOTHER, ELSEWHERE)
    with pytest.raises(TooManyRequests):
        world.sign_in(ADA, ANOTHER, ELSEWHERE, world.code())
