"""Operators read tickets, answer and close them (P-15days, P-security)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from allmytracks.documents.rules_text import paragraphs
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.links import Link
from allmytracks.foundation.messages import Events
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.tickets.events import TicketAnswered
from allmytracks.tickets.ports import Tickets
from allmytracks.tickets.rules import (
    LONGEST_TEXT,
    Author,
    ClosingReason,
    Message,
    Ticket,
    TicketStatus,
    closed,
    with_answer,
)
from allmytracks.tickets.rules_numbers import normal_number
from allmytracks.tickets.rules_proofs import ProofReason
from allmytracks.tickets.rules_reviews import require_documents, reviewed
from allmytracks.tickets.use_cases.change_ticket import change_ticket
from allmytracks.tickets.use_cases.check_attachments import CheckAttachments

DUE_SOON = timedelta(days=5)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Shelf(StrEnum):
    """Which tickets are listed: by status, or those whose response is due."""

    OPEN = "open"
    WAITING_FOR_MEMBER = "waiting_for_member"
    ANSWERED = "answered"
    CLOSED = "closed"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class WorkDesk:
    """Each act is on record before it takes place. Raises TicketNotFound, Unavailable."""

    tickets: Tickets
    attachments: CheckAttachments
    events: Events
    audit: Audit
    clock: Clock

    def page(self, shelf: Shelf, operator: Operator, *, limit: int, cursor: str | None) -> Page[Ticket]:
        """Tickets of a shelf: those due within five days or overdue by when they are due. Raises InvalidFields."""
        self.audit(operator, "tickets_listed", shelf)
        # The end of a span is not part of it, and what is due now is overdue.
        now = self.clock.now() + timedelta(milliseconds=1)
        due = {Shelf.DUE: (now, now + DUE_SOON), Shelf.OVERDUE: (_EVER, now)}.get(shelf)
        status = TicketStatus.OPEN if due else TicketStatus(shelf)
        return self.tickets.page(status, limit=limit, cursor=cursor, due=due)

    def get(self, number: str, operator: Operator) -> Ticket:
        """One ticket, with the files checked that arrived."""
        number = normal_number(number)
        self.audit(operator, "ticket_looked_up", number)
        return self.attachments(self.tickets.get(number))

    def link(self, number: str, attachment_id: str, operator: Operator) -> Link:
        """A link to a checked file. Raises AttachmentNotFound."""
        number = normal_number(number)
        self.audit(operator, "ticket_file_opened", f"{number}/{attachment_id}")
        return self.attachments.link(self.attachments(self.tickets.get(number)), attachment_id)

    def answer(self, number: str, text: str, operator: Operator, *, asks: bool) -> Ticket:
        """Writes to the member, who gets a notice; the same text again publishes the event again and adds nothing.

        Raises InvalidFields, TicketClosed, TicketFull.
        """
        number, normal = normal_number(number), paragraphs("text", text, LONGEST_TEXT)
        self.audit(operator, "ticket_question_sent" if asks else "ticket_answered", number)
        wanted = TicketStatus.WAITING_FOR_MEMBER if asks else TicketStatus.ANSWERED
        now = self.clock.now()

        def answered(ticket: Ticket) -> Ticket:
            last = ticket.messages[-1]
            if last.author is Author.OPERATOR and last.text == normal and ticket.status is wanted:
                return ticket
            message_id = hashlib.sha256(f"{number} {len(ticket.messages)} {normal}".encode()).hexdigest()[:26]
            message = Message(f"msg_{message_id}", Author.OPERATOR, normal, now, operator.arn)
            return with_answer(ticket, message, asks=asks)

        ticket = change_ticket(self.tickets, number, answered)
        self.events.publish([TicketAnswered(ticket.account_id or "", number, ticket.messages[-1].id)])
        return ticket

    def review(self, number: str, reason: ProofReason, operator: Operator) -> Ticket:
        """What the documents of a request without sign-in prove. Raises NoDocuments, NeedsNoProof."""
        number = normal_number(number)
        ticket = self.attachments(self.tickets.get(number))
        require_documents(ticket, reason)
        self.audit(operator, "ticket_proof_reviewed", number, reason)
        now = self.clock.now()
        return change_ticket(self.tickets, number, lambda found: reviewed(found, reason, now))

    def close(self, number: str, reason: ClosingReason, operator: Operator) -> Ticket:
        """Closes a ticket. Raises TicketClosed where it was closed for another reason."""
        number = normal_number(number)
        self.audit(operator, "ticket_closed", number, reason)
        now = self.clock.now()
        return change_ticket(self.tickets, number, lambda ticket: closed(ticket, reason, now))
