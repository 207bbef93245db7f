"""Each AWS call of a notice failing before and after it took effect: one notice, counted once, and a mail."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.notices.dynamodb import CLAIM_LIFETIME, DynamoNotices
from allmytracks.notices.rules import Channel, Notice
from allmytracks.notices.use_cases.send_once import send_once
from tests.factories.accounts import account
from tests.factories.instants import NOW
from tests.fakes.foundation import FixedClock, MemoryMailer
from tests.faults.injector import EVERY_FAULT, Fault, FaultInjector, Killed, no_faults

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("U-VIII")]


def notice(account_id: str) -> Notice:
    return Notice(account_id, "ord-1-MembershipActivated", NOW, "A subject", "A text", "membership_activated")


def delivered(told: Notice, notices: DynamoNotices, mailer: MemoryMailer, at: datetime) -> bool:
    """One delivery of the event; False where the queue would deliver it again."""
    try:
        send_once(told, account(), notices, mailer, FixedClock(at))
    except (Unavailable, Killed):
        return False
    return True


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_a_notice_is_in_the_inbox_once_and_mailed_whatever_fails(accounts_table: Table, fault: Fault) -> None:
    injector, notices = FaultInjector(accounts_table.client), DynamoNotices(accounts_table)
    for number in range(3):
        account_id, mailer, at = f"acc-{number}", MemoryMailer(), NOW
        injector.expect(lambda n, _operation, failing=number: fault if n == failing else None)  # type: ignore[misc]  # binds the number
        deliveries = 1
        while not delivered(notice(account_id), notices, mailer, at):
            injector.expect(no_faults)
            at += CLAIM_LIFETIME + timedelta(seconds=1)
            deliveries += 1
            assert deliveries < 4
        injector.expect(no_faults)

        found = notices.page(account_id, unread=True, limit=10, cursor=None)
        assert [each.channels for each in found.page.items] == [(Channel.INBOX, Channel.MAIL)]
        assert found.unread_count == 1
        assert len(mailer.sent) == 1 or (number == 2 and deliveries > 1)  # sent, and not on record yet


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_a_notice_is_counted_as_read_once_whatever_fails(accounts_table: Table, fault: Fault) -> None:
    injector, notices = FaultInjector(accounts_table.client), DynamoNotices(accounts_table)
    send_once(notice("acc-1"), account(), notices, MemoryMailer(), FixedClock(NOW))
    (shown,) = notices.page("acc-1", unread=True, limit=10, cursor=None).page.items
    injector.expect(lambda n, _operation: fault if n == 0 else None)
    for _ in range(2):
        try:
            notices.mark_read("acc-1", shown.id, NOW)
        except (Unavailable, Killed):
            injector.expect(no_faults)
    found = notices.page("acc-1", unread=True, limit=10, cursor=None)
    assert (found.unread_count, list(found.page.items)) == (0, [])


def test_a_page_is_one_query_and_reads_no_more_with_a_longer_history(accounts_table: Table) -> None:
    injector, notices = FaultInjector(accounts_table.client), DynamoNotices(accounts_table)
    for number in range(60):
        told = Notice("acc-1", f"n-{number}", NOW + timedelta(seconds=number), "A subject", "A text", "a_kind")
        notices.claim(told, NOW)
    for unread in (False, True):
        injector.expect(no_faults)
        notices.page("acc-1", unread=unread, limit=10, cursor=None)
        assert injector.sent == ["Query"]
