"""Notices and the inbox: the fake and DynamoDB keep the same contract."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import pytest

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import InvalidFields, Unavailable
from allmytracks.notices import ports
from allmytracks.notices.dynamodb import CLAIM_LIFETIME, DynamoNotices
from allmytracks.notices.rules import Channel, Notice, NoticeNotFound, public_id
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.fakes.notices import MemoryNotices


class Notices(ports.Notices, ports.Inbox, Protocol):
    """Both ports of the one adapter."""


def a_notice(which: str = "ord-1-MembershipActivated", at: datetime = NOW) -> Notice:
    return Notice("acc-1", which, at, "A subject", "A text", "membership_activated")


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def notices(request: pytest.FixtureRequest) -> Notices:
    if request.param == "memory":
        return MemoryNotices()
    table: Table = request.getfixturevalue("accounts_table")
    return DynamoNotices(table)


@pytest.mark.clause("U-VIII")
def test_a_notice_is_claimed_once_until_it_is_released(notices: Notices) -> None:
    notice = a_notice()

    assert notices.claim(notice, NOW)
    with pytest.raises(Unavailable):
        notices.claim(notice, NOW)
    notices.release(notice)
    assert notices.claim(notice, NOW)
    notices.mark_sent(notice, NOW)
    assert not notices.claim(notice, NOW)
    assert not notices.claim(notice, NOW + timedelta(days=1))


@pytest.mark.clause("U-VIII")
def test_a_notice_is_claimed_again_after_its_lease_expired(notices: Notices) -> None:
    notice = a_notice()
    assert notices.claim(notice, NOW)

    with pytest.raises(Unavailable):
        notices.claim(notice, NOW + CLAIM_LIFETIME - timedelta(seconds=1))
    assert notices.claim(notice, NOW + CLAIM_LIFETIME)
    with pytest.raises(Unavailable):
        notices.claim(notice, NOW + CLAIM_LIFETIME)


@pytest.mark.clause("U-VIII")
def test_the_inbox_shows_a_notice_with_its_day_and_channels(notices: Notices) -> None:
    notices.claim(a_notice(), NOW + timedelta(seconds=5))
    (shown,) = notices.page("acc-1", unread=False, limit=10, cursor=None).page.items
    assert (shown.kind, shown.subject, shown.text) == ("membership_activated", "A subject", "A text")
    assert (shown.at, shown.served_at) == (NOW, NOW + timedelta(seconds=5))
    assert (shown.channels, shown.read_at) == ((Channel.INBOX,), None)

    notices.mark_sent(a_notice(), NOW + timedelta(seconds=6))
    (shown,) = notices.page("acc-1", unread=False, limit=10, cursor=None).page.items
    assert shown.channels == (Channel.INBOX, Channel.MAIL)
    assert shown.served_on == NOW.date()


@pytest.mark.clause("U-VIII")
def test_a_notice_counts_as_served_on_the_day_that_it_is_sent_not_that_of_its_event(notices: Notices) -> None:
    notices.claim(a_notice(), NOW + timedelta(days=1))
    (shown,) = notices.page("acc-1", unread=False, limit=10, cursor=None).page.items
    assert (shown.at.date(), shown.served_on) == (NOW.date(), NOW.date() + timedelta(days=1))


@pytest.mark.clause("U-VIII")
def test_a_notice_that_could_not_be_mailed_stays_in_the_inbox_once_with_its_first_day(notices: Notices) -> None:
    notices.claim(a_notice(), NOW)
    notices.release(a_notice())
    notices.claim(a_notice(), NOW + timedelta(days=1))

    found = notices.page("acc-1", unread=True, limit=10, cursor=None)
    assert [each.served_at for each in found.page.items] == [NOW]
    assert found.unread_count == 1


def test_pages_run_from_new_to_old_and_the_count_is_of_the_whole_inbox(notices: Notices) -> None:
    for number in range(5):
        notices.claim(a_notice(f"n-{number}", NOW + timedelta(minutes=number)), NOW)
    seen: list[datetime] = []
    cursor: str | None = None
    for _ in range(4):
        found = notices.page("acc-1", unread=False, limit=2, cursor=cursor)
        assert found.unread_count == 5
        assert len(found.page.items) <= 2
        seen += [each.at for each in found.page.items]
        cursor = found.page.next_cursor
        if cursor is None:
            break
    assert seen == [NOW + timedelta(minutes=number) for number in (4, 3, 2, 1, 0)]
    assert not notices.page("acc-2", unread=False, limit=2, cursor=None).page.items


def test_what_was_read_leaves_the_unread_and_keeps_when_it_was_read(notices: Notices) -> None:
    for number in range(4):
        notices.claim(a_notice(f"n-{number}", NOW + timedelta(minutes=number)), NOW)
    newest, second, *_ = notices.page("acc-1", unread=True, limit=10, cursor=None).page.items
    for at in (NOW, NOW + timedelta(days=1)):  # the second time changes nothing
        notices.mark_read("acc-1", second.id, at)

    first = notices.page("acc-1", unread=True, limit=2, cursor=None)
    assert first.unread_count == 3
    assert first.page.items[0].id == newest.id
    assert first.page.next_cursor
    rest = notices.page("acc-1", unread=True, limit=2, cursor=first.page.next_cursor)
    assert second.id not in {each.id for each in (*first.page.items, *rest.page.items)}
    assert len([*first.page.items, *rest.page.items]) == 3
    everything = notices.page("acc-1", unread=False, limit=10, cursor=None).page.items
    assert [each.read_at for each in everything] == [None, NOW, None, None]


@pytest.mark.parametrize("notice_id", ["unknown", "%%%", public_id("~"), public_id("2026-01-01T00:00:00.000Z#x")])
def test_an_unknown_notice_is_not_found(notices: Notices, notice_id: str) -> None:
    notices.claim(a_notice(), NOW)
    with pytest.raises(NoticeNotFound):
        notices.mark_read("acc-1", notice_id, NOW)
    with pytest.raises(NoticeNotFound):
        notices.mark_read("acc-2", public_id(f"{NOW.isoformat()}#ord-1-MembershipActivated"), NOW)
    assert notices.page("acc-1", unread=False, limit=10, cursor=None).unread_count == 1


@pytest.mark.clause("S-6.5")
def test_a_notice_in_flight_brings_no_inbox_of_a_closed_account_back(
    notices: Notices, request: pytest.FixtureRequest
) -> None:
    """Its worker read the account before the closing, and writes after the erasure."""
    if isinstance(notices, MemoryNotices):
        notices.closed.add("acc-1")
    else:
        DynamoAccounts(request.getfixturevalue("accounts_table")).add(account(status=AccountStatus.CLOSED), [])
    assert not notices.claim(a_notice(), NOW)
    assert not notices.page("acc-1", unread=False, limit=10, cursor=None).page.items


def test_a_foreign_cursor_is_refused(notices: Notices) -> None:
    with pytest.raises(InvalidFields):
        notices.page("acc-1", unread=False, limit=10, cursor="nonsense")
