"""What tickets have against the closing of an account (S-6.2, S-6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.rules_closing import Block
from allmytracks.tickets.ports import Tickets
from allmytracks.tickets.rules_closing import blocks_of_tickets


@dataclass(frozen=True)
class ListTicketBlocks:
    """Open tickets, and disputes about who owns the account."""

    tickets: Tickets

    def __call__(self, account_id: str, now: datetime, *, forfeit: bool) -> Sequence[Block]:  # noqa: ARG002 - the port's
        return blocks_of_tickets(self.tickets.all_of(account_id))
