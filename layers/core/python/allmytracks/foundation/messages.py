"""Ports for outgoing messages: domain events and mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from allmytracks.foundation.events import Event


class Mail(Struct, frozen=True):
    """One mail to one person."""

    to: str
    subject: str
    text: str


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
