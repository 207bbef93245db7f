"""A member adds to a ticket, and reads tickets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.documents.rules_text import paragraphs
from allmytracks.foundation.errors import IdempotencyKeyReused
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock, Ids
from allmytracks.tickets.ports import Tickets
from allmytracks.tickets.rules import LONGEST_TEXT, Author, Message, Ticket, TicketNotFound, with_member_message
from allmytracks.tickets.rules_numbers import normal_number
from allmytracks.tickets.use_cases.change_ticket import change_ticket


@dataclass(frozen=True)
class WriteMessage:
    """Everything here is the caller's own: another member's ticket is not found. Raises TicketNotFound, Unavailable."""

    accounts: Accounts
    tickets: Tickets
    clock: Clock
    ids: Ids

    def __call__(self, account_id: str, number: str, text: str, idempotency_key: str | None) -> tuple[Ticket, Message]:
        """Adds a message, once for each key.

        Raises AccountFrozen (a closed account), InvalidFields, TicketClosed, TicketFull, IdempotencyKeyReused.
        """
        require_status(self.accounts.get(account_id), Act.TICKET)
        normal = paragraphs("text", text, LONGEST_TEXT)
        message = Message(_message_id(idempotency_key or self.ids.new("msg")), Author.MEMBER, normal, self.clock.now())

        def added(ticket: Ticket) -> Ticket:
            known = _own(ticket, account_id).message(message.id)
            if known is None:
                return with_member_message(ticket, message)
            if known.text != normal:
                raise IdempotencyKeyReused("This Idempotency-Key wrote another message; send a new one.")
            return ticket

        ticket = change_ticket(self.tickets, normal_number(number), added)
        return ticket, ticket.message(message.id) or message

    def get(self, account_id: str, number: str) -> Ticket:
        """One ticket with its messages."""
        return _own(self.tickets.get(normal_number(number)), account_id)

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Ticket]:
        """Tickets, newest first. Raises InvalidFields (cursor)."""
        return self.tickets.of_member(account_id, limit=limit, cursor=cursor)


def _own(ticket: Ticket, account_id: str) -> Ticket:
    if ticket.account_id != account_id:
        raise TicketNotFound("There is no such ticket of yours.")
    return ticket


def _message_id(key: str) -> str:
    return f"msg_{hashlib.sha256(key.encode()).hexdigest()[:26]}"
