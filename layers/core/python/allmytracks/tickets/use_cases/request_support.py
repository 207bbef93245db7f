"""Somebody asks without signing in: about their data, a minor's or a dead relative's account, or who owns one.

(P-12.identity, P-manage.deceased, P-minors.contact)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from allmytracks.accounts.ports import Addresses
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.tickets.ports import AttachmentFiles, Tickets
from allmytracks.tickets.rules import Ticket, TicketKind
from allmytracks.tickets.rules_attachments import Attachment
from allmytracks.tickets.rules_numbers import ticket_number
from allmytracks.tickets.use_cases.open_ticket import Opened, Wanted, new_ticket, stored_once

WITHOUT_SIGN_IN = (
    TicketKind.PRIVACY,
    TicketKind.OWNERSHIP,
    TicketKind.GUARDIAN,
    TicketKind.RELATIVE,
    TicketKind.COMPLAINT,
)


class SupportRequest(Struct, frozen=True):
    """What somebody asks: `email` is where the response goes, `about` the address of the account that it is about."""

    kind: TicketKind
    email: str
    about: str | None
    subject: str
    text: str
    attachments: Sequence[Attachment] = ()


@dataclass(frozen=True)
class RequestSupport:
    """Opens a ticket; the same request again is the same ticket.

    The calls and the result are the same whether or not there is an account. Raises InvalidFields, every invalid field
    named, and Unavailable.
    """

    addresses: Addresses
    tickets: Tickets
    files: AttachmentFiles
    clock: Clock

    def __call__(self, request: SupportRequest) -> Opened:
        now, problems = self.clock.now(), FieldProblems()
        email = about = ""
        tickets: list[Ticket] = []
        with problems.gathered():
            email = about = normal_email("email", request.email)
        if request.about is not None:
            with problems.gathered():
                about = normal_email("about", request.about)
        with problems.gathered():
            _require_kind(request.kind)
        with problems.gathered():
            wanted = Wanted(request.kind, request.subject, request.text, request.attachments)
            tickets.append(new_ticket("", wanted, now))
        problems.raise_found()
        (ticket,) = tickets
        owner = self.addresses.get(about, now).owner
        numbered = replace(
            ticket,
            number=ticket_number("request", email, about, ticket.asked),
            email=email,
            concerns=None if owner is None else owner.account_id,
        )
        return stored_once(numbered, self.tickets, self.files, now)


def _require_kind(kind: TicketKind) -> None:
    if kind not in WITHOUT_SIGN_IN:
        message = f"Without signing in, send one of: {', '.join(WITHOUT_SIGN_IN)}. Sign in for the others."
        raise InvalidFields([FieldProblem("kind", "sign_in_needed", message)])
