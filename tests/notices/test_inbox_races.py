"""The same event delivered many times at once, and many notices of one account read and written at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.notices.dynamodb import DynamoNotices
from allmytracks.notices.rules import Notice
from tests.factories.instants import NOW

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("U-VIII")]
THREADS = 16


def notice(number: int) -> Notice:
    return Notice("acc-1", f"n-{number}", NOW + timedelta(seconds=number), "A subject", "A text", "a_kind")


def patiently(notices: DynamoNotices, number: int) -> bool:
    """Whether this delivery claimed the notice; a conflict is tried again, as the queue would."""
    while True:
        try:
            return notices.claim(notice(number), NOW)
        except Unavailable as busy:
            if "being sent" in str(busy):
                return False


def test_one_event_is_one_notice_and_the_count_holds(accounts_table: Table) -> None:
    notices = DynamoNotices(accounts_table)
    with ThreadPoolExecutor(THREADS) as threads:
        claimed = list(threads.map(lambda n: patiently(notices, n % 8), range(64)))
    assert claimed.count(True) == 8
    found = notices.page("acc-1", unread=True, limit=50, cursor=None)
    assert (found.unread_count, len(found.page.items)) == (8, 8)

    def read(notice_id: str) -> None:
        while True:
            try:
                return notices.mark_read("acc-1", notice_id, NOW)
            except Unavailable:
                continue

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(read, [each.id for each in found.page.items] * 4))
    found = notices.page("acc-1", unread=True, limit=50, cursor=None)
    assert (found.unread_count, len(found.page.items)) == (0, 0)
