"""What the routes of tickets take and give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from allmytracks.accounts.schemas import Email
from allmytracks.foundation.http.reading import RuledText, by_rule
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import Page
from allmytracks.tickets.ports import Upload
from allmytracks.tickets.rules import Author, Message, Ticket, TicketKind
from allmytracks.tickets.rules_attachments import Attachment
from allmytracks.tickets.rules_claims import Claim
from allmytracks.tickets.use_cases.open_ticket import Opened, Wanted
from allmytracks.tickets.use_cases.request_support import SupportRequest

MOST_A_PAGE = 50

_FILE = by_rule("tickets.rules_attachments", "check_alone")
AnnouncedText = Annotated[str, _FILE]
ClaimText = Annotated[str, by_rule("tickets.rules_claims", "check_alone")]
Subject = Annotated[str, by_rule("tickets.rules", "check_text")]
Text = Annotated[str, by_rule("tickets.rules", "check_text", limits_length=True)]


class AttachmentForm(msgspec.Struct):
    """A file that follows; `bytes` is its size, `sha256` hexadecimal in lower case."""

    name: AnnouncedText
    media_type: AnnouncedText
    bytes: Annotated[int, _FILE]
    sha256: AnnouncedText


class ClaimForm(msgspec.Struct):
    """A claim on a video; `respond_by` is when the platform wants a response."""

    video_url: ClaimText
    claimant: ClaimText
    platform: ClaimText
    claimed_on: datetime | None = None
    respond_by: datetime | None = None
    license_number: str | None = None

    def claim(self) -> Claim:
        """The claim as it was sent."""
        return Claim(
            self.video_url, self.claimant, self.platform, self.claimed_on, self.respond_by, self.license_number
        )


class TicketForm(msgspec.Struct):
    """A request or complaint; `claim` with the kind `claim` alone."""

    kind: TicketKind
    subject: Subject
    text: Text
    attachments: Annotated[list[AttachmentForm], msgspec.Meta(max_length=20)] = []
    claim: ClaimForm | None = None

    def wanted(self) -> Wanted:
        """What is asked."""
        return Wanted(
            self.kind,
            self.subject,
            self.text,
            attachments_of(self.attachments),
            self.claim.claim() if self.claim else None,
        )


class MisuseForm(msgspec.Struct):
    """A report that the account of an address is misused: what happened, and what proves whose account it is."""

    email: Email
    text: Text


class MisuseAnswer(msgspec.Struct):
    """The ticket by which customer service decides; the response goes to the address."""

    ticket_number: str


class SupportRequestForm(msgspec.Struct):
    """A request without sign-in. `about` is the address of the account that it is about; left out: `email`."""

    kind: TicketKind
    email: Email
    subject: Subject
    text: Text
    about: Email | None = None
    attachments: Annotated[list[AttachmentForm], msgspec.Meta(max_length=20)] = []

    def request(self) -> SupportRequest:
        """What is asked."""
        files = attachments_of(self.attachments)
        return SupportRequest(self.kind, self.email, self.about, self.subject, self.text, files)


class ProofCodeForm(msgspec.Struct):
    """The address that was given in the request."""

    email: Email


class ProofForm(msgspec.Struct):
    """The code that was mailed to the address."""

    email: Email
    code: RuledText


class MessageForm(msgspec.Struct):
    """What the member adds."""

    text: Text


class TicketsQuery(msgspec.Struct):
    """A page of tickets."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_A_PAGE)] = 20
    cursor: str | None = None


class UploadAnswer(msgspec.Struct):
    """Where a file is put by HTTP PUT, with exactly these headers, until `expires_at`."""

    attachment_id: str
    url: str
    headers: dict[str, str]
    expires_at: str


class SupportRequestAnswer(msgspec.Struct):
    """The ticket of a request without sign-in: keep its number; the response goes to the address by mail."""

    ticket_number: str
    due_at: str
    uploads: list[UploadAnswer]


class AttachmentAnswer(msgspec.Struct):
    """A file: `awaiting_upload` until it arrived, then `checked`, or `refused` for its content."""

    attachment_id: str
    name: str
    media_type: str
    bytes: int
    status: str


class ClaimAnswer(msgspec.Struct):
    """A claim on a video."""

    video_url: str
    claimant: str
    platform: str
    claimed_on: str | None
    respond_by: str | None
    license_number: str | None


class MessageAnswer(msgspec.Struct):
    """One message, by the `member` or an `operator`."""

    message_id: str
    author: Author
    text: str
    at: str


class TicketAnswer(msgspec.Struct):
    """A ticket with its messages, oldest first; a response is due by `due_at` while it is `open`."""

    number: str
    kind: str
    status: str
    subject: str
    opened_at: str
    changed_at: str
    due_at: str
    messages: list[MessageAnswer]
    attachments: list[AttachmentAnswer]
    claim: ClaimAnswer | None


class OpenedAnswer(TicketAnswer):
    """A new ticket, and where its files are put."""

    uploads: list[UploadAnswer]


class TicketsAnswer(msgspec.Struct):
    """A page of tickets, newest first."""

    items: list[TicketAnswer]
    next_cursor: str | None


class MessageWrittenAnswer(MessageAnswer):
    """A message that was added, and what that made of its ticket."""

    number: str
    status: str
    due_at: str


def attachments_of(forms: Sequence[AttachmentForm]) -> list[Attachment]:
    """The files as they were announced."""
    return [Attachment("", each.name, each.media_type, each.bytes, each.sha256) for each in forms]


def ticket_answer(ticket: Ticket) -> TicketAnswer:
    """A ticket, as it is shown to its member."""
    return TicketAnswer(**ticket_fields(ticket))


def opened_answer(opened: Opened) -> OpenedAnswer:
    """A ticket that was just opened."""
    return OpenedAnswer(**ticket_fields(opened.ticket), uploads=upload_answers(opened.uploads))


def support_request_answer(opened: Opened) -> SupportRequestAnswer:
    """A request without sign-in that was just opened."""
    ticket = opened.ticket
    return SupportRequestAnswer(ticket.number, rfc3339(ticket.due_at), upload_answers(opened.uploads))


def upload_answers(uploads: Sequence[Upload]) -> list[UploadAnswer]:
    """Where files are put."""
    return [
        UploadAnswer(each.attachment.id, each.url, dict(each.headers), rfc3339(each.expires_at)) for each in uploads
    ]


def tickets_answer(page: Page[Ticket]) -> TicketsAnswer:
    """A page of tickets."""
    return TicketsAnswer([ticket_answer(each) for each in page.items], page.next_cursor)


def message_written_answer(ticket: Ticket, message: Message) -> MessageWrittenAnswer:
    """A message that was added."""
    return MessageWrittenAnswer(
        message.id,
        message.author,
        message.text,
        rfc3339(message.at),
        ticket.number,
        ticket.status,
        rfc3339(ticket.due_at),
    )


def ticket_fields(ticket: Ticket) -> dict[str, Any]:
    """What members and operators see of a ticket."""
    claim = ticket.claim
    return {
        "number": ticket.number,
        "kind": ticket.kind,
        "status": ticket.status,
        "subject": ticket.subject,
        "opened_at": rfc3339(ticket.opened_at),
        "changed_at": rfc3339(ticket.changed_at),
        "due_at": rfc3339(ticket.due_at),
        "messages": [MessageAnswer(each.id, each.author, each.text, rfc3339(each.at)) for each in ticket.messages],
        "attachments": [
            AttachmentAnswer(each.id, each.name, each.media_type, each.size, each.status) for each in ticket.attachments
        ],
        "claim": _claim_answer(claim) if claim else None,
    }


def _claim_answer(claim: Claim) -> ClaimAnswer:
    return ClaimAnswer(
        claim.video_url,
        claim.claimant,
        claim.platform,
        rfc3339(claim.claimed_on) if claim.claimed_on else None,
        rfc3339(claim.respond_by) if claim.respond_by else None,
        claim.license_number,
    )
