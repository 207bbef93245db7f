"""Failures of mail: the fake and DynamoDB keep the same contract, and notices know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from allmytracks.accounts.dynamodb import DynamoAccounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import InvalidFields
from allmytracks.notices import ports
from allmytracks.notices.dynamodb import CLAIM_LIFETIME, DynamoNotices
from allmytracks.notices.dynamodb_delivery import DynamoMailFailures
from allmytracks.notices.ports_delivery import MailFailures
from allmytracks.notices.rules import Channel, Notice, StoredNotice
from allmytracks.notices.rules_delivery import Failure, MailFailure
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.fakes.notices import MemoryMailFailures, MemoryNotices

pytestmark = pytest.mark.clause("U-VIII")


@dataclass
class Desk:
    """Notices and the failures of their mail."""

    notices: MemoryNotices | DynamoNotices
    failures: MailFailures

    def shown(self) -> list[StoredNotice]:
        inbox: ports.Inbox = self.notices
        return list(inbox.page("acc-1", unread=False, limit=10, cursor=None).page.items)


def a_notice(which: str = "ord-1-MembershipActivated") -> Notice:
    return Notice("acc-1", which, NOW, "A subject", "A text", "membership_activated")


def bounced(account_id: str = "acc-1", minutes: int = 0, notice_id: str | None = None) -> MailFailure:
    return MailFailure(account_id, Failure.BOUNCED, NOW + timedelta(minutes=minutes), notice_id)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def desk(request: pytest.FixtureRequest) -> Desk:
    if request.param == "memory":
        notices = MemoryNotices()
        return Desk(notices, MemoryMailFailures(notices))
    table: Table = request.getfixturevalue("accounts_table")
    return Desk(DynamoNotices(table), DynamoMailFailures(table))


@pytest.mark.clause("S-6.5")
def test_a_bounce_in_flight_stores_nothing_of_a_closed_account(desk: Desk, request: pytest.FixtureRequest) -> None:
    """The mail of the closing itself may bounce, after its account was erased."""
    if isinstance(desk.notices, MemoryNotices):
        desk.notices.closed.add("acc-1")
    else:
        DynamoAccounts(request.getfixturevalue("accounts_table")).add(account(status=AccountStatus.CLOSED), [])
    desk.failures.record(bounced())
    assert desk.failures.get("acc-1") is None


@pytest.mark.clause("S-2.6")
def test_while_mail_fails_a_notice_is_in_the_inbox_alone(desk: Desk) -> None:
    desk.failures.record(bounced())
    assert not desk.notices.claim(a_notice(), NOW)
    assert not desk.notices.claim(a_notice(), NOW)
    (shown,) = desk.shown()
    assert (shown.channels, shown.served_on) == ((Channel.INBOX,), NOW.date())

    desk.failures.remove("acc-1")
    desk.failures.remove("acc-1")
    assert not desk.notices.claim(a_notice(), NOW)  # it was served, and is not sent late
    assert desk.notices.claim(a_notice("another"), NOW)


def test_a_notice_whose_worker_crashed_is_not_mailed_to_an_address_that_fails_by_now(desk: Desk) -> None:
    assert desk.notices.claim(a_notice(), NOW)
    desk.failures.record(bounced())
    assert not desk.notices.claim(a_notice(), NOW + CLAIM_LIFETIME)
    assert not desk.notices.claim(a_notice(), NOW + CLAIM_LIFETIME)


def test_the_notice_whose_mail_bounced_counts_as_served_by_the_inbox(desk: Desk) -> None:
    desk.notices.claim(a_notice(), NOW)
    desk.notices.mark_sent(a_notice(), NOW)
    desk.failures.record(bounced(notice_id=a_notice().public_id))
    (shown,) = desk.shown()
    assert (shown.channels, shown.mail_failure) == ((Channel.INBOX,), Failure.BOUNCED)
    assert shown.served_on == NOW.date()


def test_a_complaint_arrived_at_its_reader(desk: Desk) -> None:
    desk.notices.claim(a_notice(), NOW)
    desk.notices.mark_sent(a_notice(), NOW)
    desk.failures.record(MailFailure("acc-1", Failure.COMPLAINED, NOW, a_notice().public_id))
    (shown,) = desk.shown()
    assert shown.channels == (Channel.INBOX, Channel.MAIL)


@pytest.mark.parametrize("notice_id", ["unknown", "%%%", a_notice("never-sent").public_id])
def test_a_failure_of_no_notice_is_on_record(desk: Desk, notice_id: str) -> None:
    desk.failures.record(bounced(notice_id=notice_id))
    assert desk.failures.get("acc-1") == bounced(notice_id=notice_id)
    assert desk.shown() == []


def test_the_latest_failure_counts_in_any_order(desk: Desk) -> None:
    assert desk.failures.get("acc-1") is None
    for minutes in (1, 3, 2, 3):
        desk.failures.record(bounced(minutes=minutes))
    assert desk.failures.get("acc-1") == bounced(minutes=3)


def test_a_report_that_comes_again_does_not_undo_what_an_operator_decided(desk: Desk) -> None:
    desk.failures.remove("acc-1")
    desk.failures.record(bounced())
    desk.failures.remove("acc-1")
    desk.failures.record(bounced())
    assert desk.failures.get("acc-1") is None
    assert desk.notices.claim(a_notice(), NOW)
    desk.failures.record(bounced(minutes=1))
    assert desk.failures.get("acc-1") == bounced(minutes=1)


def test_failures_are_listed_the_latest_first(desk: Desk) -> None:
    for number in range(5):
        desk.failures.record(bounced(f"acc-{number}", minutes=number))
    desk.failures.remove("acc-2")
    seen, cursor = [], None
    for _ in range(4):
        page = desk.failures.page(limit=2, cursor=cursor)
        seen += [each.account_id for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["acc-4", "acc-3", "acc-1", "acc-0"]
    with pytest.raises(InvalidFields):
        desk.failures.page(limit=2, cursor="nonsense")
