"""Changing a ticket while others may: the change is made on what is stored now, and stored if that is so still."""

from __future__ import annotations

from collections.abc import Callable

from allmytracks.foundation.errors import Unavailable
from allmytracks.tickets.ports import Tickets
from allmytracks.tickets.rules import Ticket

TRIES = 8


def change_ticket(tickets: Tickets, number: str, change: Callable[[Ticket], Ticket]) -> Ticket:
    """The ticket after `change`, which returns the same ticket where there is nothing to do.

    Raises TicketNotFound, what `change` raises, and Unavailable where others changed it every time.
    """
    for _ in range(TRIES):
        ticket = tickets.get(number)
        changed = change(ticket)
        if changed is ticket or tickets.replace(changed):
            return changed
    raise Unavailable
