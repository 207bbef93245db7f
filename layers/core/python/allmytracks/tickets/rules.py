"""Tickets: requests and complaints to customer service, each answered within fifteen days (P-15days)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.documents.rules_text import paragraphs, required_line
from allmytracks.foundation.errors import Conflict, NotFound
from allmytracks.tickets.rules_attachments import Attachment
from allmytracks.tickets.rules_claims import Claim
from allmytracks.tickets.rules_proofs import Proof

ANSWERED_WITHIN = timedelta(days=15)
LONGEST_SUBJECT, LONGEST_TEXT = 150, 5_000
# Bytes (UTF-8) of all texts of one ticket: it is one item, and DynamoDB takes 400 KB.
MOST_TEXT = 250_000


class TicketKind(StrEnum):
    """What a ticket is about."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    PRIVACY = "privacy"
    OWNERSHIP = "ownership"
    CLAIM = "claim"
    GUARDIAN = "guardian"
    RELATIVE = "relative"


class TicketStatus(StrEnum):
    """Who has to act: `open` is with customer service, `waiting_for_member` with the one who asked."""

    OPEN = "open"
    WAITING_FOR_MEMBER = "waiting_for_member"
    ANSWERED = "answered"
    CLOSED = "closed"


UNFINISHED = frozenset({TicketStatus.OPEN, TicketStatus.WAITING_FOR_MEMBER})


class ClosingReason(StrEnum):
    """Why an operator closed a ticket."""

    SETTLED = "settled"
    NO_REPLY = "no_reply"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    ABUSE = "abuse"


class Author(StrEnum):
    """Who wrote a message."""

    MEMBER = "member"
    OPERATOR = "operator"


class TicketNotFound(NotFound):
    """There is no such ticket, or none of the caller's."""

    code = "ticket_not_found"


class TicketClosed(Conflict):
    """The ticket is closed; a new one can be opened."""

    code = "ticket_closed"


class TicketFull(Conflict):
    """The texts of the ticket are as long together as one ticket can hold."""

    code = "ticket_full"


class Message(Struct, frozen=True):
    """One message; `by` is the AWS identity of an operator who wrote it."""

    id: str
    author: Author
    text: str
    at: datetime
    by: str | None = None


class Ticket(Struct, frozen=True):
    """One matter, with all its messages, oldest first.

    `account_id` is the member's who opened it signed in; of a request without sign-in `email` is where the response
    goes, and `concerns` the account that it is about, if that exists. `due_at` is when a response is due while it is
    `open`. `asked` is a digest of what the first request said, to tell a repetition from another request.
    """

    number: str
    kind: TicketKind
    status: TicketStatus
    subject: str
    opened_at: datetime
    changed_at: datetime
    due_at: datetime
    messages: tuple[Message, ...]
    asked: str
    account_id: str | None = None
    email: str | None = None
    concerns: str | None = None
    attachments: tuple[Attachment, ...] = ()
    claim: Claim | None = None
    proof: Proof | None = None
    late_answers: int = 0
    waiting_since: datetime | None = None
    closed_for: ClosingReason | None = None
    revision: int = 0

    @property
    def account(self) -> str | None:
        """The account that it belongs to or is about."""
        return self.account_id or self.concerns

    @property
    def unfinished(self) -> bool:
        return self.status in UNFINISHED

    def is_overdue(self, now: datetime) -> bool:
        return self.status is TicketStatus.OPEN and self.due_at <= now

    def message(self, message_id: str) -> Message | None:
        return next((each for each in self.messages if each.id == message_id), None)


def check_text(field: str, text: str) -> None:
    """Checks a subject or text alone. Raises InvalidFields."""
    if field == "subject":
        required_line(field, text, LONGEST_SUBJECT)
    else:
        paragraphs(field, text, LONGEST_TEXT)


def due_at(opened_at: datetime, claim: Claim | None) -> datetime:
    """When a response is due: within fifteen days, or by the day that a platform set for a claim."""
    within = opened_at + ANSWERED_WITHIN
    return min(within, claim.respond_by) if claim is not None and claim.respond_by is not None else within


def with_member_message(ticket: Ticket, message: Message) -> Ticket:
    """What the member added; the ticket is with customer service again.

    A response that was given is a new request's beginning: fifteen days from now. Of a ticket that waited for the
    member, the days go on that were left when it began to wait. Raises TicketClosed, TicketFull.
    """
    due = ticket.due_at
    if ticket.status is TicketStatus.ANSWERED:
        due = message.at + ANSWERED_WITHIN
    elif ticket.waiting_since is not None:
        due += message.at - ticket.waiting_since
    return replace(_with(ticket, message), status=TicketStatus.OPEN, due_at=due, waiting_since=None)


def with_answer(ticket: Ticket, message: Message, *, asks: bool) -> Ticket:
    """What customer service wrote: a response, or a question (`asks`) that the member has to answer first.

    Raises TicketClosed, TicketFull.
    """
    late = 1 if ticket.is_overdue(message.at) else 0
    return replace(
        _with(ticket, message),
        status=TicketStatus.WAITING_FOR_MEMBER if asks else TicketStatus.ANSWERED,
        waiting_since=message.at if asks else None,
        late_answers=ticket.late_answers + late,
    )


def closed(ticket: Ticket, reason: ClosingReason, now: datetime) -> Ticket:
    """The ticket closed; the same again changes nothing. Raises TicketClosed where it was closed for another reason."""
    if ticket.status is TicketStatus.CLOSED:
        if ticket.closed_for is not reason:
            raise TicketClosed("This ticket was closed before, for another reason.", reason=ticket.closed_for)
        return ticket
    return replace(ticket, status=TicketStatus.CLOSED, closed_for=reason, changed_at=now, waiting_since=None)


def _with(ticket: Ticket, message: Message) -> Ticket:
    if ticket.status is TicketStatus.CLOSED:
        raise TicketClosed("This ticket is closed. Open a new one.")
    messages = (*ticket.messages, message)
    if sum(len(each.text.encode()) for each in messages) > MOST_TEXT:
        raise TicketFull("This ticket holds no more text. Open a new one.")
    return replace(ticket, messages=messages, changed_at=message.at)
