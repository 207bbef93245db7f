"""Minors sign up with a guardian, whose link serves once and whose mailbox is not flooded."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_guardians import ConsentLinkInvalid
from allmytracks.accounts.rules_sign_ups import CONSENT_DAYS, SignedUpAsMinor, hash_of
from allmytracks.accounts.use_cases.ask_guardian import NoGuardianAwaited
from allmytracks.foundation.throttling.rules import SIGN_UP_MAILS, TooManyRequests
from tests.factories.sign_up_world import HOME, MINOR, PASSWORD, REQUEST, World


@pytest.fixture
def world() -> World:
    return World()


def link_token(world: World, link: int = 1) -> str:
    """The token of the link that the guardian was sent as the first, second …, which is the last."""
    mails = [each for each in world.mailer.sent if each.to == "guardian@example.org"]
    assert all(MINOR.email.strip().casefold() in each.text for each in mails), "a guardian learns who asks"
    assert len(mails) == link
    mail = mails[-1]
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


@pytest.mark.clause("U-II.I")
@pytest.mark.clause("M-0.minor")
def test_a_minor_stays_one_though_the_address_is_signed_up_again_as_an_adults(world: World) -> None:
    minors = world.sign_up(MINOR).account_id
    for late in (REQUEST, replace(REQUEST, password="Strangers4password")):
        world.clock.advance(hours=1)
        world.sign_up(late)
        assert not re.search(r"\d{6}", world.mailer.sent[-1].text)
    world.verify("ada@example.org", world.code())
    account = world.accounts.get(minors)
    assert (account.minor, account.guardian_email) == (True, "guardian@example.org")
    assert world.sign_in("ada@example.org", PASSWORD, HOME).account_id == minors
    assert world.accounts.get(minors).status is AccountStatus.AWAITING_GUARDIAN
    world.consent(link_token(world))
    assert world.accounts.get(minors).status is AccountStatus.ACTIVE


def test_no_code_proves_an_adults_sign_up_after_a_minors(world: World) -> None:
    world.sign_up(MINOR)
    world.clock.advance(days=1)  # the minor's code has ended; that a minor signed up has not
    world.sign_up(REQUEST)
    (later,) = (each for each in world.addresses.held["ada@example.org"].values() if not each.minor)
    world.addresses.hold("ada@example.org", replace(later, code_hash=hash_of("123456", later.account_id)))
    with pytest.raises(SignedUpAsMinor):
        world.verify("ada@example.org", "123456")
    world.clock.advance(days=CONSENT_DAYS)
    grown = world.sign_up(REQUEST)
    world.verify("ada@example.org", world.code())
    assert world.sign_in("ada@example.org", PASSWORD, HOME).account_id == grown.account_id


def test_the_guardians_link_expires(world: World) -> None:
    world.sign_up(MINOR)
    world.clock.advance(days=CONSENT_DAYS)
    with pytest.raises(ConsentLinkInvalid):
        world.consent(link_token(world))


@pytest.mark.clause("U-II.I")
@pytest.mark.clause("M-0.minor")
def test_a_minor_with_an_expired_link_gets_another_one_sent_to_the_guardian(world: World) -> None:
    account_id = world.sign_up(MINOR).account_id
    world.verify("ada@example.org", world.code())
    world.clock.advance(days=CONSENT_DAYS)
    with pytest.raises(ConsentLinkInvalid):
        world.consent(link_token(world))
    assert world.sign_in("ada@example.org", PASSWORD, HOME).account_id == account_id

    world.ask_guardian(account_id)
    world.clock.advance(days=CONSENT_DAYS, seconds=-1)
    assert world.accounts.get(account_id).status is AccountStatus.AWAITING_GUARDIAN
    world.consent(link_token(world, 2))
    assert world.accounts.get(account_id).status is AccountStatus.ACTIVE
    with pytest.raises(NoGuardianAwaited):
        world.ask_guardian(account_id)


def test_no_guardian_s_mailbox_is_flooded(world: World) -> None:
    account_id = world.sign_up(MINOR).account_id
    for _ in range(SIGN_UP_MAILS.requests - 1):
        world.ask_guardian(account_id)
    sent = len(world.mailer.sent)
    with pytest.raises(TooManyRequests):
        world.ask_guardian(account_id)
    assert len(world.mailer.sent) == sent
