"""Telling others: events to the rest of the system, mail to people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from allmytracks.foundation.events import Event


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one person."""

    to: str
    subject: str
    text: str


class Events(Protocol):
    """The event bus."""

    def publish(self, events: Sequence[Event]) -> None:
        """Tells the bus what happened. Raises Unavailable."""
        ...


class Mailer(Protocol):
    """The post."""

    def send(self, mail: Mail) -> None:
        """Sends one mail. Raises Unavailable."""
        ...
