"""What happened to a ticket."""

from __future__ import annotations

from allmytracks.foundation.events import Event


class TicketAnswered(Event, frozen=True):
    """Customer service wrote to the one who asked; `account_id` is empty where nobody signed in for it."""

    ticket_number: str
    message_id: str

    @property
    def occasion(self) -> str:
        return f"{self.name}-{self.ticket_number}-{self.message_id}"
