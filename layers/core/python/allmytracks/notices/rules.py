"""Notices to members, on record with the day that they count as served (U-VIII)."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import NotFound
from allmytracks.foundation.instants import rfc3339
from allmytracks.notices.rules_delivery import Failure


class Notice(Struct, frozen=True):
    """A message to one account about something that happened at `at`.

    `id` and `at` are the same for a redelivered event: one event, one notice. `kind` is the name of the event in lower
    case with underscores (`membership_activated`); the website groups by it. `language` is that of subject and text.
    """

    account_id: str
    id: str
    at: datetime
    subject: str
    text: str
    kind: str
    language: str = "en"

    @property
    def place(self) -> str:
        """Where it is in its inbox: by time, then by id."""
        return f"{rfc3339(self.at)}#{self.id}"

    @property
    def public_id(self) -> str:
        return public_id(self.place)


class Channel(StrEnum):
    """How a notice reached the member."""

    INBOX = "inbox"
    MAIL = "mail"


class StoredNotice(Struct, frozen=True):
    """A notice in the member's inbox.

    `served_at` is when it was put into the inbox, and counts whatever happens to the mail; `mailed_at` is when the mail
    service accepted its mail, if it did, and `mail_failure` why that mail did not arrive.
    """

    id: str
    kind: str
    subject: str
    text: str
    at: datetime
    served_at: datetime
    mailed_at: datetime | None
    read_at: datetime | None
    mail_failure: Failure | None = None

    @property
    def served_on(self) -> date:
        """The day, in UTC, on which it counts as served (U-VIII)."""
        return self.served_at.date()

    @property
    def channels(self) -> tuple[Channel, ...]:
        mailed = self.mailed_at is not None and self.mail_failure in {None, Failure.COMPLAINED}
        return (Channel.INBOX, Channel.MAIL) if mailed else (Channel.INBOX,)


class NoticeNotFound(NotFound):
    """The caller's inbox has no such notice."""

    code = "notice_not_found"


def kind_of(event_name: str) -> str:
    """The kind of the notice of an event: `MembershipActivated` makes `membership_activated`."""
    return re.sub(r"(?<=.)(?=[A-Z])", "_", event_name).lower()


def public_id(place: str) -> str:
    """A notice's id in paths, made from its sort key."""
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_of(notice_id: str) -> str:
    """The inverse of public_id. Raises NoticeNotFound where it is not a notice's id."""
    try:
        return urlsafe_b64decode(notice_id + "=" * (-len(notice_id) % 4)).decode("ascii")
    except ValueError:
        raise notice_not_found() from None


def notice_not_found() -> NoticeNotFound:
    """The refusal of an id that is not of the caller's notices."""
    return NoticeNotFound("You have no such notice.")
