"""A member opens a ticket (P-15days)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.documents.rules_text import paragraphs, required_line
from allmytracks.foundation.errors import FieldProblem, FieldProblems, IdempotencyKeyReused, InvalidFields
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.tickets.ports import AttachmentFiles, Tickets, Upload
from allmytracks.tickets.rules import (
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    Author,
    Message,
    Ticket,
    TicketKind,
    TicketStatus,
    due_at,
)
from allmytracks.tickets.rules_attachments import Attachment, AttachmentStatus, announced
from allmytracks.tickets.rules_claims import Claim, claim_of
from allmytracks.tickets.rules_numbers import ticket_number


class Wanted(Struct, frozen=True):
    """What somebody asks: a kind, a subject, a text, files that follow; of a claim on a video its particulars."""

    kind: TicketKind
    subject: str
    text: str
    attachments: Sequence[Attachment] = ()
    claim: Claim | None = None


class Opened(Struct, frozen=True):
    """The ticket, where its files are put, and whether it was there before."""

    ticket: Ticket
    uploads: Sequence[Upload]
    repeated: bool


@dataclass(frozen=True)
class OpenTicket:
    """Raises AccountNotFound, AccountFrozen (a closed account), InvalidFields, IdempotencyKeyReused, Unavailable."""

    accounts: Accounts
    tickets: Tickets
    files: AttachmentFiles
    clock: Clock
    ids: Ids

    def __call__(self, account_id: str, wanted: Wanted, idempotency_key: str | None) -> Opened:
        """Opens a ticket, once for each key; without a key each request opens one."""
        require_status(self.accounts.get(account_id), Act.TICKET)
        now = self.clock.now()
        key = idempotency_key or self.ids.new("ticket")
        ticket = replace(new_ticket(ticket_number(account_id, key), wanted, now), account_id=account_id)
        return stored_once(ticket, self.tickets, self.files, now)


def new_ticket(number: str, wanted: Wanted, now: datetime) -> Ticket:
    """A ticket of what was asked. Raises InvalidFields, every field that cannot be accepted named."""
    problems = FieldProblems()
    subject = text = ""
    claim, attachments = wanted.claim, tuple(wanted.attachments)
    with problems.gathered():
        subject = required_line("subject", wanted.subject, LONGEST_SUBJECT)
    with problems.gathered():
        text = paragraphs("text", wanted.text, LONGEST_TEXT)
    with problems.gathered():
        attachments = announced(attachments)
    with problems.gathered():
        claim = _claim(wanted, now)
    problems.raise_found()
    asked = hashlib.sha256(repr((wanted.kind, subject, text, _contents(attachments), claim)).encode()).hexdigest()
    return Ticket(
        number=number,
        kind=wanted.kind,
        status=TicketStatus.OPEN,
        subject=subject,
        opened_at=now,
        changed_at=now,
        due_at=due_at(now, claim),
        messages=(Message("1", Author.MEMBER, text, now),),
        asked=asked,
        attachments=tuple(replace(each, id=str(place)) for place, each in enumerate(attachments, 1)),
        claim=claim,
    )


def stored_once(ticket: Ticket, tickets: Tickets, files: AttachmentFiles, now: datetime) -> Opened:
    """The ticket as it is stored, with where its files are put that have not arrived. Raises IdempotencyKeyReused."""
    stored = tickets.add(ticket)
    if stored.asked != ticket.asked or stored.account_id != ticket.account_id:
        raise IdempotencyKeyReused("This Idempotency-Key opened another ticket; send a new one.")
    uploads = [
        files.upload(each.key(stored.account_id, stored.number), each, now)
        for each in stored.attachments
        if each.status is AttachmentStatus.AWAITING_UPLOAD
    ]
    return Opened(stored, uploads, stored is not ticket)


def _contents(attachments: Sequence[Attachment]) -> list[tuple[str, str]]:
    return [(each.name, each.sha256) for each in attachments]


def _claim(wanted: Wanted, now: datetime) -> Claim | None:
    if wanted.kind is TicketKind.CLAIM:
        if wanted.claim is None:
            message = "Send claim, with video_url, claimant and platform."
            raise InvalidFields([FieldProblem("claim", "required", message)])
        return claim_of(wanted.claim, now)
    if wanted.claim is not None:
        raise InvalidFields([FieldProblem("claim", "not_for_this_kind", "Send claim with the kind claim alone.")])
    return None
