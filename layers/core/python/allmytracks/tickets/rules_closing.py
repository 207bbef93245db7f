"""Which tickets block the closing of an account (S-6.2, S-6.3)."""

from __future__ import annotations

from collections.abc import Sequence

from allmytracks.accounts.rules_closing import Block, ownership_disputed
from allmytracks.tickets.rules import Ticket, TicketKind


def blocks_of_tickets(tickets: Sequence[Ticket]) -> list[Block]:
    """Every ticket that is with customer service or waits for the member, oldest first.

    One about who owns the account is a dispute also where a stranger opened it. The number is given only of a ticket
    that the member opened signed in: nothing can be done with that of somebody else's.
    """
    unfinished = sorted((each for each in tickets if each.unfinished), key=lambda each: each.opened_at)
    return [_block(each) for each in unfinished]


def _block(ticket: Ticket) -> Block:
    reference = ticket.number if ticket.account_id is not None else None
    if ticket.kind is TicketKind.OWNERSHIP:
        return ownership_disputed("It is not settled yet who owns this account.", reference)
    return Block("open_ticket", "A ticket on this account is not finished.", reference=reference)
