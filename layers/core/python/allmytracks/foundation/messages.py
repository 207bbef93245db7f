"""Ports for outgoing messages: domain events and mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from allmytracks.foundation.events import Event


class Mail(Struct, frozen=True):
    """One mail to one person. `account_id` and `notice_id` come back with what the mail service reports of it."""

    to: str
    subject: str
    text: str
    account_id: str | None = None
    notice_id: str | None = None


class Events(Protocol):
    """The event bus."""

    def publish(self, events: Sequence[Event]) -> None:
        """Publishes an event. Raises Unavailable."""
        ...


class Mailer(Protocol):
    """Sends mail."""

    def send(self, mail: Mail) -> None:
        """Sends one mail. Raises Unavailable."""
        ...
