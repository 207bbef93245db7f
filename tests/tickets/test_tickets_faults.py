"""Each AWS call of a ticket failing before and after it took effect: one ticket, one message, one answer."""

from __future__ import annotations

import pytest

from allmytracks.foundation.aws.models import Table
from allmytracks.tickets.dynamodb import DynamoTickets
from allmytracks.tickets.rules import ClosingReason, TicketStatus
from tests.factories.ticket_desk import ADA, WANTED, Desk
from tests.faults.injector import EVERY_FAULT, Fault

pytestmark = [pytest.mark.dynamodb, pytest.mark.clause("P-15days")]


def live_through(desk: Desk, key: str, fault: Fault, failing: int) -> None:
    """Opens a ticket, writes, answers and closes it; the call of that number fails in each."""
    desk.until_done(lambda: desk.open("acc-1", WANTED, key), fault, failing)
    number = desk.open("acc-1", WANTED, key).ticket.number
    desk.until_done(lambda: desk.write("acc-1", number, "And more.", "reply"), fault, failing)
    desk.until_done(lambda: desk.desk.answer(number, "Here.", ADA, asks=False), fault, failing)
    assert len({each.detail()["message_id"] for each in desk.events.published}) == 1
    answered = desk.tickets.get(number)
    assert answered.status is TicketStatus.ANSWERED
    assert [each.text for each in answered.messages[1:]] == ["And more.", "Here."]
    desk.until_done(lambda: desk.desk.close(number, ClosingReason.SETTLED, ADA), fault, failing)
    assert desk.tickets.get(number).status is TicketStatus.CLOSED


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=str)
def test_a_ticket_lives_through_every_fault_once(accounts_table: Table, fault: Fault) -> None:
    for failing in range(3):
        live_through(Desk(accounts_table), f"key-{failing}", fault, failing)
    assert len(DynamoTickets(accounts_table).of_member("acc-1", limit=10, cursor=None).items) == 3
