"""One request sent many times at once is one ticket; messages and answers written at once are all kept."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from allmytracks.foundation.aws.models import Table
from allmytracks.foundation.errors import Unavailable
from allmytracks.tickets.rules import Author
from tests.factories.ticket_desk import ADA, WANTED, Desk

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("P-15days")]
THREADS = 12


def patiently(act: Callable[[], object]) -> None:
    """An act that is repeated while others are faster, as clients do."""
    while True:
        try:
            act()
        except Unavailable:
            continue
        return


def test_one_request_at_once_is_one_ticket(accounts_table: Table) -> None:
    desk = Desk(accounts_table)
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda _: patiently(lambda: desk.open("acc-1", WANTED, "key")), range(48)))
    assert len(desk.tickets.of_member("acc-1", limit=50, cursor=None).items) == 1


def test_no_message_is_lost_and_none_is_kept_twice(accounts_table: Table) -> None:
    desk = Desk(accounts_table)
    number = desk.open("acc-1", WANTED, "key").ticket.number

    def write(place: int) -> None:
        if place % 12 == 0:
            patiently(lambda: desk.desk.answer(number, f"Answer {place}", ADA, asks=False))
        else:
            patiently(lambda: desk.write("acc-1", number, f"Message {place % 12}", f"key-{place % 12}"))

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(write, range(36)))
    messages = desk.tickets.get(number).messages[1:]
    written = sorted(each.text for each in messages if each.author is Author.MEMBER)
    assert written == sorted(f"Message {place}" for place in range(1, 12))
    assert sorted(each.text for each in messages if each.author is Author.OPERATOR) == [
        "Answer 0",
        "Answer 12",
        "Answer 24",
    ]
