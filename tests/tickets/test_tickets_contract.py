"""Tickets on record: the twin in memory and DynamoDB keep one contract."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from allmytracks.foundation.errors import InvalidFields
from allmytracks.tickets.dynamodb import DynamoTickets
from allmytracks.tickets.ports import Tickets
from allmytracks.tickets.rules import (
    Author,
    ClosingReason,
    Message,
    Ticket,
    TicketKind,
    TicketNotFound,
    TicketStatus,
    with_answer,
)
from allmytracks.tickets.rules_attachments import Attachment, AttachmentStatus
from allmytracks.tickets.rules_claims import Claim
from allmytracks.tickets.rules_proofs import Proof, ProofMeans
from tests.factories.instants import NOW
from tests.factories.tickets import a_ticket
from tests.fakes.tickets import MemoryTickets

WHOLE = a_ticket(
    kind=TicketKind.CLAIM,
    status=TicketStatus.CLOSED,
    messages=(
        Message("1", Author.MEMBER, "Zwei Zeilen\nund 音楽", NOW),
        Message("msg_2", Author.OPERATOR, "Yes", NOW, "arn"),
    ),
    email="ada@example.org",
    concerns="acc-2",
    attachments=(Attachment("1", "scan.pdf", "application/pdf", 10, "a" * 64, AttachmentStatus.CHECKED),),
    claim=Claim("https://video.example/1", "Label", "YouTube", NOW, NOW, "AMT-1"),
    proof=Proof("hash", NOW, ProofMeans.CODE, NOW),
    late_answers=1,
    waiting_since=NOW,
    closed_for=ClosingReason.SETTLED,
)


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.dynamodb)])
def tickets(request: pytest.FixtureRequest) -> Tickets:
    if request.param == "memory":
        return MemoryTickets()
    return DynamoTickets(request.getfixturevalue("accounts_table"))


def numbered(place: int, **changes: Any) -> Ticket:
    at = NOW + timedelta(hours=place)
    when: dict[str, Any] = {"opened_at": at, "changed_at": at, "due_at": at + timedelta(days=15)}
    return a_ticket(f"T-0000-0000-000{place}", **{**when, **changes})


def numbers(found: Iterable[Ticket]) -> list[str]:
    return [each.number[-1] for each in found]


def test_every_field_is_kept(tickets: Tickets) -> None:
    assert tickets.add(WHOLE) is WHOLE
    assert tickets.get(WHOLE.number) == WHOLE


def test_a_ticket_is_stored_once(tickets: Tickets) -> None:
    first = a_ticket()
    assert tickets.add(first) is first
    again = tickets.add(replace(first, subject="Another", opened_at=NOW + timedelta(days=1)))
    assert again == first
    assert tickets.get(first.number) == first
    with pytest.raises(TicketNotFound):
        tickets.get("T-0000-0000-0009")
    assert numbers(tickets.of_member("acc-1", limit=10, cursor=None).items) == ["1"]


def test_a_change_is_stored_if_nobody_made_another(tickets: Tickets) -> None:
    first = tickets.add(a_ticket())
    answered = with_answer(first, Message("msg_1", Author.OPERATOR, "Here", NOW, "arn"), asks=False)
    assert tickets.replace(answered)
    assert tickets.replace(answered), "the same change again, as after a lost response"
    assert not tickets.replace(replace(first, subject="Another"))
    stored = tickets.get(first.number)
    assert stored == replace(answered, revision=1)
    assert tickets.replace(replace(stored, subject="Another"))


def test_a_members_tickets_are_listed_newest_first_a_page_at_a_time(tickets: Tickets) -> None:
    for place in range(5):
        tickets.add(numbered(place))
    tickets.add(numbered(7, account_id="acc-2"))
    about = tickets.add(numbered(8, account_id=None, concerns="acc-1"))
    nobody = tickets.add(numbered(9, account_id=None))
    first = tickets.of_member("acc-1", limit=3, cursor=None)
    second = tickets.of_member("acc-1", limit=3, cursor=first.next_cursor)
    assert (numbers(first.items), numbers(second.items), second.next_cursor) == (["4", "3", "2"], ["1", "0"], None)
    assert numbers(tickets.all_of("acc-1")) == ["0", "1", "2", "3", "4", "8"]
    assert (tickets.get(about.number), tickets.get(nobody.number)) == (about, nobody)
    with pytest.raises(InvalidFields):
        tickets.of_member("acc-1", limit=3, cursor="nonsense")


@pytest.mark.clause("P-15days")
def test_open_tickets_are_listed_by_when_they_are_due(tickets: Tickets) -> None:
    for place in (2, 0, 1):
        tickets.add(numbered(place))
    answered = with_answer(tickets.get(numbered(1).number), Message("m", Author.OPERATOR, "Here", NOW), asks=False)
    assert tickets.replace(answered)
    first = tickets.page(TicketStatus.OPEN, limit=1, cursor=None)
    second = tickets.page(TicketStatus.OPEN, limit=1, cursor=first.next_cursor)
    assert (numbers(first.items), numbers(second.items)) == (["0"], ["2"])
    assert numbers(tickets.page(TicketStatus.ANSWERED, limit=10, cursor=None).items) == ["1"]
    due = NOW + timedelta(days=15)
    for until, found in ((due, []), (due + timedelta(hours=1), ["0"]), (due + timedelta(hours=3), ["0", "2"])):
        assert numbers(tickets.page(TicketStatus.OPEN, limit=10, cursor=None, due=(NOW, until)).items) == found
    assert numbers(tickets.page(TicketStatus.OPEN, limit=10, cursor=None, due=(due, due)).items) == []
    begun = tickets.page(TicketStatus.OPEN, limit=1, cursor=None, due=(due, due + timedelta(hours=3)))
    for since, found in ((due, ["2"]), (due + timedelta(hours=1), ["2"]), (due + timedelta(hours=3), [])):
        # What was due on the page before is overdue by now.
        span = (since, due + timedelta(hours=4))
        assert numbers(tickets.page(TicketStatus.OPEN, limit=9, cursor=begun.next_cursor, due=span).items) == found
    before = (NOW, due - timedelta(hours=1))
    assert numbers(tickets.page(TicketStatus.OPEN, limit=9, cursor=begun.next_cursor, due=before).items) == []
    for now, count in ((due - timedelta(seconds=1), 0), (due, 1), (due + timedelta(hours=1), 1)):
        assert tickets.overdue(now) == count
    assert tickets.overdue(due + timedelta(hours=2)) == 2
