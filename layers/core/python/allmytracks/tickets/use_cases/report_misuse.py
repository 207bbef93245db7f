"""Anybody reports that an id or password is misused (U-II.II.2)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.accounts.ports import Addresses
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.foundation.errors import FieldProblems
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.tickets.ports import AttachmentFiles, Tickets
from allmytracks.tickets.rules import Ticket, TicketKind
from allmytracks.tickets.rules_numbers import ticket_number
from allmytracks.tickets.use_cases.open_ticket import Wanted, new_ticket, stored_once

SUBJECT = "An account is misused"


@dataclass(frozen=True)
class ReportMisuse:
    """Opens a ticket for an operator to decide on; the same report again is the same ticket.

    Nothing is frozen by it, since it proves nothing of who wrote it: its owner freezes an account by a sign-in or a
    code. The calls and the result are the same whether or not the address has an account. Raises InvalidFields, every
    invalid field named, and Unavailable.
    """

    addresses: Addresses
    tickets: Tickets
    files: AttachmentFiles
    clock: Clock

    def __call__(self, email: str, text: str) -> Ticket:
        now, problems = self.clock.now(), FieldProblems()
        address, ticket = "", None
        with problems.gathered():
            address = normal_email("email", email)
        with problems.gathered():
            ticket = new_ticket("", Wanted(TicketKind.OWNERSHIP, SUBJECT, text), now)
        problems.raise_found()
        assert ticket is not None  # noqa: S101 - else a problem was raised
        owner = self.addresses.get(address, now).owner
        numbered = replace(
            ticket,
            number=ticket_number("misuse", address, ticket.asked),
            email=address,
            concerns=None if owner is None else owner.account_id,
        )
        return stored_once(numbered, self.tickets, self.files, now).ticket
