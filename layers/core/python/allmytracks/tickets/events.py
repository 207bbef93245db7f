"""What happened to a ticket."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.events import Event


@dataclass(frozen=True, slots=True)
class TicketAnswered(Event):
    """Customer service wrote to the one who asked; `account_id` is empty where nobody signed in for it."""

    ticket_number: str
    message_id: str

    @property
    def occasion(self) -> str:
        return f"{self.name}-{self.ticket_number}-{self.message_id}"
