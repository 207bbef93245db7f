"""Ports for outgoing messages: domain events and mail."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from allmytracks.foundation.events import Event


class Why(StrEnum):
    """Why a mail came; its end says it in words (mail_words.py)."""

    ACCOUNT = "account"
    ADDRESS_GIVEN = "address_given"
    TICKET = "ticket"
    OFFERS = "offers"


class Mail(Struct, frozen=True):
    """One mail to one person; `text` is its own part, which the layout surrounds (mail_layout.py).

    `account_id` and `notice_id` come back with what the mail service reports of it. `unsubscribing_link` is of offers
    alone: it stops them. `language` is that of the text: `en`, `zh-Hant` or `zh-Hans`.
    """

    to: str
    subject: str
    text: str
    why: Why = Why.ACCOUNT
    account_id: str | None = None
    notice_id: str | None = None
    unsubscribing_link: str | None = None
    language: str = "en"


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
