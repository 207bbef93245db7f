"""Sessions: listed, ended, and refreshed as long as they are open."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import WrongCredentials
from allmytracks.accounts.rules_sessions import SESSION_LIFETIME, network_of
from tests.factories.sign_up_world import HOME, World

AWAY = replace(HOME, network="198.51.100.0/24", device="Another browser")


@pytest.fixture
def world() -> World:
    made = World()
    made.member()
    return made


def test_sessions_are_listed_with_where_they_began(world: World) -> None:
    first, _ = world.session()
    world.clock.advance(hours=1)
    second, token = world.session(AWAY)
    world.clock.advance(hours=1)
    world.refresh(token)
    newest, oldest = world.list_sessions(first.account_id)
    assert (newest.id, newest.network, newest.device) == (second.session_id, AWAY.network, AWAY.device)
    assert (oldest.id, oldest.network) == (first.session_id, HOME.network)
    assert newest.last_seen_at == world.clock.now()
    assert oldest.last_seen_at == oldest.started_at


def test_ending_the_others_keeps_the_callers_own(world: World) -> None:
    mine, my_token = world.session()
    _, other_token = world.session(AWAY)
    world.clock.advance(seconds=1)
    world.end_sessions.others(mine.account_id, mine.session_id)
    world.refresh(my_token)
    with pytest.raises(WrongCredentials):
        world.refresh(other_token)
    assert [each.id for each in world.list_sessions(mine.account_id)] == [mine.session_id]
    _, later_token = world.session(AWAY)
    world.refresh(later_token)


def test_signing_out_ends_all(world: World) -> None:
    mine, my_token = world.session()
    world.clock.advance(seconds=1)
    world.end_sessions.all(mine.account_id, mine.user_name)
    with pytest.raises(WrongCredentials):
        world.refresh(my_token)
    assert world.list_sessions(mine.account_id) == []


def test_a_session_that_is_not_on_record_is_not_refreshed(world: World) -> None:
    _, my_token = world.session()
    world.sessions.opened.clear()
    with pytest.raises(WrongCredentials):
        world.refresh(my_token)


def test_a_session_ends_with_its_refresh_token(world: World) -> None:
    mine, my_token = world.session()
    world.clock.advance(seconds=SESSION_LIFETIME.total_seconds())
    with pytest.raises(WrongCredentials):
        world.refresh(my_token)
    assert world.list_sessions(mine.account_id) == []


def test_no_more_of_an_address_is_kept_than_its_network() -> None:
    assert network_of("203.0.113.77") == "203.0.113.0/24"
    assert network_of("::ffff:203.0.113.77") == "203.0.113.0/24"
    assert network_of("2001:db8:1:2::3") == "2001:db8:1::/48"
