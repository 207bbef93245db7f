"""What the operators' routes of tickets take and give."""

from __future__ import annotations

from typing import Annotated

import msgspec

from allmytracks.foundation.http.reading import RuledText
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.links import Link
from allmytracks.foundation.paging import Page
from allmytracks.tickets.rules import ClosingReason, Ticket
from allmytracks.tickets.rules_proofs import ProofReason
from allmytracks.tickets.schemas import TicketAnswer, ticket_fields
from allmytracks.tickets.use_cases.work_desk import Shelf


class DeskQuery(msgspec.Struct):
    """Which tickets."""

    shelf: Shelf = Shelf.OPEN
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class AnswerForm(msgspec.Struct):
    """What customer service writes; `asks` where it is a question that the member has to answer first."""

    text: RuledText
    asks: bool = False


class ClosingForm(msgspec.Struct):
    """Why a ticket is closed."""

    reason: ClosingReason


class ReviewForm(msgspec.Struct):
    """What the documents of a request prove: `documents_reviewed` that it is the owner's; the others that not."""

    reason: ProofReason


class DeskTicketAnswer(TicketAnswer):
    """A ticket, as operators see it."""

    account_id: str | None
    concerns: str | None
    email: str | None
    proof: str | None
    proved_at: str | None
    not_proved_for: str | None
    late_answers: int
    closed_for: str | None


class DeskAnswer(msgspec.Struct):
    """A page of tickets."""

    items: list[DeskTicketAnswer]
    next_cursor: str | None


class FileLinkAnswer(msgspec.Struct):
    """A short-lived link to a file."""

    url: str
    url_expires_at: str


def desk_ticket_answer(ticket: Ticket) -> DeskTicketAnswer:
    """A ticket, as it is shown to operators."""
    proof = ticket.proof
    return DeskTicketAnswer(
        **ticket_fields(ticket),
        account_id=ticket.account_id,
        concerns=ticket.concerns,
        email=ticket.email,
        proof=proof.means if proof else None,
        proved_at=rfc3339(proof.at) if proof and proof.at and proof.given else None,
        not_proved_for=proof.refused_for if proof else None,
        late_answers=ticket.late_answers,
        closed_for=ticket.closed_for,
    )


def desk_answer(page: Page[Ticket]) -> DeskAnswer:
    """A page of tickets."""
    return DeskAnswer([desk_ticket_answer(each) for each in page.items], page.next_cursor)


def file_link_answer(link: Link) -> FileLinkAnswer:
    """A link to a file."""
    return FileLinkAnswer(link.url, rfc3339(link.expires_at))
