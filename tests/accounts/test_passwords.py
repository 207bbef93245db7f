"""Forgotten and changed passwords, and codes that are sent again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from allmytracks.accounts.events import PasswordChanged, PasswordReset
from allmytracks.accounts.rules import WrongCode, WrongCredentials
from allmytracks.accounts.rules_codes import CODE_LIFETIME
from allmytracks.foundation.errors import InvalidFields, Unauthenticated, Unavailable
from allmytracks.foundation.throttling.rules import TooManyRequests
from tests.factories.sign_up_world import HOME, PASSWORD, REQUEST, World

EMAIL, ANOTHER = "ada@example.org", "Another4password x"


@pytest.fixture
def world() -> World:
    return World()


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


@pytest.mark.clause("U-II.II.1")
def test_a_code_sets_a_new_password_and_ends_every_session(world: World) -> None:
    account_id = world.member()
    _, token = world.session()
    world.clock.advance(seconds=1)
    world.ask_password_reset(" ADA@example.org")
    code = world.code()
    with pytest.raises(WrongCode):
        world.reset_password(EMAIL, wrong(code), ANOTHER)
    world.reset_password(EMAIL, code, ANOTHER)
    with pytest.raises(WrongCredentials):
        world.refresh(token)
    with pytest.raises(WrongCredentials):
        world.sign_in(EMAIL, PASSWORD, HOME)
    assert world.sign_in(EMAIL, ANOTHER, HOME).account_id == account_id
    assert [type(each) for each in world.events.published] == [PasswordReset]
    with pytest.raises(WrongCode):
        world.reset_password(EMAIL, code, PASSWORD)


def test_a_code_is_valid_for_an_hour_and_a_newer_one_replaces_it(world: World) -> None:
    world.member()
    world.ask_password_reset(EMAIL)
    first = world.code()
    world.ask_password_reset(EMAIL)
    second = world.code()
    if first != second:
        with pytest.raises(WrongCode):
            world.reset_password(EMAIL, first, ANOTHER)
    world.clock.advance(seconds=CODE_LIFETIME.total_seconds())
    with pytest.raises(WrongCode):
        world.reset_password(EMAIL, second, ANOTHER)


def test_all_problems_of_the_form_are_named_at_once(world: World) -> None:
    with pytest.raises(InvalidFields) as refused:
        world.reset_password("no address", "1", "weak")
    found = [(each.field, each.code) for each in refused.value.problems]
    assert found == [("email", "invalid_email"), ("new_password", "weak_password")]


def test_guessing_codes_is_limited(world: World) -> None:
    world.member()
    world.ask_password_reset(EMAIL)
    code = world.code()
    for _ in range(10):
        with pytest.raises(WrongCode):
            world.reset_password(EMAIL, wrong(code), ANOTHER)
    with pytest.raises(TooManyRequests):
        world.reset_password(EMAIL, code, ANOTHER)


class Recorded:
    """Notes every call of a port; answers are its own."""

    def __init__(self, calls: list[str], port: object) -> None:
        self._calls, self._port = calls, port

    def __getattr__(self, name: str) -> object:
        method = getattr(self._port, name)

        def call(*arguments: object, **named: object) -> object:
            self._calls.append(f"{type(self._port).__name__}.{name}")
            return method(*arguments, **named)

        return call


def calls_of(world: World, act: Callable[[World], object]) -> list[str]:
    calls: list[str] = []
    for port in ("addresses", "codes", "mailer", "identity"):
        for use_case in (world.ask_password_reset, world.send_code_again, world.reset_password):
            if hasattr(use_case, port):
                object.__setattr__(use_case, port, Recorded(calls, getattr(world, port)))
    act(world)
    return calls


def known(world: World) -> None:
    world.member()


def waiting(world: World) -> None:
    world.sign_up(REQUEST)


def unknown(_: World) -> None:
    return


def reset_with_a_wrong_code(world: World) -> None:
    with pytest.raises(WrongCode):
        world.reset_password(EMAIL, "12", ANOTHER)


@pytest.mark.clause("U-II.II.1")
@pytest.mark.parametrize(
    "act",
    [lambda w: w.ask_password_reset(EMAIL), lambda w: w.send_code_again(EMAIL), reset_with_a_wrong_code],
    ids=["reset", "again", "wrong code"],
)
def test_the_same_calls_are_made_whatever_is_known_of_the_address(act: Callable[[World], object]) -> None:
    made = []
    for before in (known, waiting, unknown):
        world = World()
        before(world)
        made.append(calls_of(world, act))
    assert made[0]
    assert made[0] == made[1] == made[2]


def test_an_unknown_address_gets_no_code_and_can_set_nothing(world: World) -> None:
    world.ask_password_reset("nobody@example.org")
    (mail,) = world.mailer.sent
    assert not any(word.strip(".").isdigit() for word in mail.text.split())
    world.send_code_again("nobody@example.org")
    assert world.addresses.get("nobody@example.org", world.clock.now()).pending == []


@pytest.mark.clause("U-II.II.1")
def test_a_code_is_sent_again_and_replaces_the_first(world: World) -> None:
    world.sign_up(REQUEST)
    first = world.code()
    world.clock.advance(hours=23)
    world.send_code_again(EMAIL)
    second = world.code()
    if first != second:
        with pytest.raises(WrongCode):
            world.verify(EMAIL, first)
    world.clock.advance(hours=23)
    world.verify(EMAIL, second)
    assert world.sign_in(EMAIL, PASSWORD, HOME)


def test_the_owner_of_an_account_gets_no_code_again(world: World) -> None:
    world.member()
    world.send_code_again(EMAIL)
    assert "already" in world.mailer.sent[-1].subject


@pytest.mark.clause("U-II.III.2.3")
def test_changing_the_password_ends_every_other_session(world: World) -> None:
    world.member()
    mine, my_token = world.session()
    _, other_token = world.session()
    world.clock.advance(seconds=1)
    world.change_password(mine, PASSWORD, ANOTHER)
    world.refresh(my_token)
    with pytest.raises(WrongCredentials):
        world.refresh(other_token)
    assert [type(each) for each in world.events.published] == [PasswordChanged]
    world.sign_in(EMAIL, ANOTHER, HOME)


def test_a_sign_in_that_overlaps_the_change_does_not_outlast_it(world: World) -> None:
    world.member()
    mine, _ = world.session()
    before = world.clock.now()
    _, other_token = world.session()
    world.clock.advance(seconds=1)
    world.change_password(mine, PASSWORD, ANOTHER)
    # Its record is written late: what counts is when it asked.
    (other,) = [each for each in world.sessions.of(mine.account_id) if each.id != mine.session_id]
    world.sessions.open(mine.account_id, replace(other, started_at=before))
    with pytest.raises(WrongCredentials):
        world.refresh(other_token)


@pytest.mark.clause("U-II.III.2.3")
def test_the_present_password_is_asked_for_and_all_problems_are_named(world: World) -> None:
    world.member()
    mine, _ = world.session()
    with pytest.raises(InvalidFields) as refused:
        world.change_password(mine, "Wrong4password x", "weak")
    found = [(each.field, each.code) for each in refused.value.problems]
    assert found == [("new_password", "weak_password"), ("current_password", "wrong_password")]


def test_a_stolen_session_guesses_five_times(world: World) -> None:
    world.member()
    mine, _ = world.session()
    for _ in range(5):
        with pytest.raises(InvalidFields):
            world.change_password(mine, "Wrong4password x", ANOTHER)
    with pytest.raises(TooManyRequests):
        world.change_password(mine, PASSWORD, ANOTHER)


def test_an_ended_session_changes_nothing(world: World) -> None:
    world.member()
    mine, _ = world.session()
    other, _ = world.session()
    world.clock.advance(seconds=1)
    world.end_sessions.others(mine.account_id, mine.session_id)
    with pytest.raises(Unauthenticated):
        world.change_password(other, PASSWORD, ANOTHER)


class Failing:
    """One call of a port fails, before or after it took effect."""

    def __init__(self, port: object, name: str, *, after: bool) -> None:
        self._port, self._name, self._after, self.failed = port, name, after, False

    def __getattr__(self, name: str) -> object:
        method = getattr(self._port, name)
        if name != self._name or self.failed:
            return method

        def fail(*arguments: object, **named: object) -> object:
            self.failed = True
            if self._after:
                method(*arguments, **named)
            raise Unavailable

        return fail


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("port", "call"),
    [
        ("identity", "set_password"),
        ("identity", "sign_out"),
        ("sessions", "end"),
        ("events", "publish"),
        ("codes", "drop"),
    ],
)
def test_a_reset_that_failed_anywhere_ends_when_it_is_repeated(port: str, call: str, *, after: bool) -> None:
    world = World()
    world.member()
    _, token = world.session()
    world.clock.advance(seconds=1)
    world.ask_password_reset(EMAIL)
    object.__setattr__(world.reset_password, port, Failing(getattr(world, port), call, after=after))
    with pytest.raises(Unavailable):
        world.reset_password(EMAIL, world.code(), ANOTHER)
    if (port, after) != ("codes", True):  # the code was forgotten: all was done
        world.reset_password(EMAIL, world.code(), ANOTHER)
    with pytest.raises(WrongCredentials):
        world.refresh(token)
    assert world.sign_in(EMAIL, ANOTHER, HOME)
    assert {type(each) for each in world.events.published} == {PasswordReset}
    assert world.codes.stored == {}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("port", "call"), [("identity", "set_password"), ("sessions", "end"), ("events", "publish")])
def test_a_change_that_failed_anywhere_ends_when_it_is_repeated(port: str, call: str, *, after: bool) -> None:
    world = World()
    world.member()
    mine, _ = world.session()
    _, other_token = world.session()
    world.clock.advance(seconds=1)
    object.__setattr__(world.change_password, port, Failing(getattr(world, port), call, after=after))
    with pytest.raises(Unavailable):
        world.change_password(mine, PASSWORD, ANOTHER)
    world.change_password(mine, PASSWORD, ANOTHER)
    with pytest.raises(WrongCredentials):
        world.refresh(other_token)
    assert world.sign_in(EMAIL, ANOTHER, HOME)
    assert {type(each) for each in world.events.published} == {PasswordChanged}
