"""A login of another provider is linked by its owner alone and opens one account (U-II.II.2.third)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from allmytracks.accounts.events import LoginLinked
from allmytracks.accounts.ports import Tokens
from allmytracks.accounts.third_party.rules import (
    AddressHasAccount,
    LoginIsLinked,
    ThirdPartyIdentity,
    ThirdPartyLogin,
    ThirdPartyRefused,
)
from tests.factories.sign_up_world import HOME, PASSWORD
from tests.factories.third_party_door import ADA, DECLARED, ISSUER, Door

pytestmark = pytest.mark.clause("U-II.II.2.third")


@pytest.fixture
def door() -> Door:
    return Door()


def test_a_matching_address_links_nothing(door: Door) -> None:
    account_id = door.world.member()
    visit, found = door.come_back()
    assert isinstance(found, ThirdPartyIdentity)
    with pytest.raises(AddressHasAccount):
        door.sign_up(visit, DECLARED, HOME)
    assert not door.logins.of(account_id)
    assert len(door.world.accounts.stored) == 1


@pytest.mark.clause("P-8.risk")
def test_its_owner_links_a_login_and_hears_of_it(door: Door) -> None:
    account_id = door.world.member()
    caller, _ = door.world.session()
    door.link(account_id, caller.user_name)
    assert [each.subject for each in door.keep.list(account_id)] == ["sub-ada"]
    assert [type(each) for each in door.world.events.published] == [LoginLinked]
    _, opened = door.come_back()
    assert isinstance(opened, Tokens)
    assert opened.account_id == account_id
    assert door.world.sign_in(ADA, PASSWORD, HOME).account_id == account_id
    door.keep.unlink(account_id)
    assert not door.keep.list(account_id)
    _, found = door.come_back()
    assert isinstance(found, ThirdPartyIdentity)
    assert door.world.sign_in(ADA, PASSWORD, HOME).account_id == account_id


def test_a_login_opens_one_account_alone(door: Door) -> None:
    first = door.join()
    other = replace(door.world.accounts.get(first.account_id), id="acc-2", email="bob@example.org")
    door.world.accounts.add(other, [])
    with pytest.raises(LoginIsLinked):
        door.link("acc-2", "login_bob")
    assert [each.account_id for each in door.logins.linked.values()] == [first.account_id]
    assert not door.world.events.published


def test_a_visit_to_link_is_its_members_and_signs_nobody_in(door: Door) -> None:
    account_id = door.world.member()
    door.world.accounts.add(replace(door.world.accounts.get(account_id), id="acc-2"), [])
    for sign_in in (True, False):
        visit = door.begin(account_id, "login_1").sign_in_id
        state = door.attempts.stored[visit].state
        with pytest.raises(ThirdPartyRefused):
            door.sign_in(visit, state, "ada", HOME) if sign_in else door.keep.link("acc-2", visit, state, "ada")
    visit = door.begin().sign_in_id
    with pytest.raises(ThirdPartyRefused):
        door.keep.link(account_id, visit, door.attempts.stored[visit].state, "ada")
    assert not door.logins.linked


def test_a_link_whose_account_is_gone_opens_nothing(door: Door) -> None:
    door.logins.link(ThirdPartyLogin(ISSUER, "sub-ada", "gone", "login_gone", door.world.clock.now()))
    with pytest.raises(ThirdPartyRefused):
        door.come_back()
