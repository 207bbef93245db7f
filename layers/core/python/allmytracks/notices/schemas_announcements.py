"""Request and response bodies of announcements and of the service's status."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.foundation.instants import rfc3339
from allmytracks.notices.rules_announcements import Announcement
from allmytracks.notices.rules_maintenance import ServiceState, Window

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
LongText = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class AnnouncementForm(msgspec.Struct, forbid_unknown_fields=True):
    """An announcement to everybody."""

    title: Title
    text: LongText


class AnnouncementAnswer(msgspec.Struct):
    """One announcement."""

    announcement_id: str
    title: str
    text: str
    published_at: str


class AnnouncementsAnswer(msgspec.Struct):
    """All that are shown, newest first."""

    items: list[AnnouncementAnswer]


def announcement_answer(announcement: Announcement) -> AnnouncementAnswer:
    """An announcement in a response."""
    return AnnouncementAnswer(
        announcement.id, announcement.title, announcement.text, rfc3339(announcement.published_at)
    )


class MaintenanceForm(msgspec.Struct, forbid_unknown_fields=True):
    """From when (now, where it is left out) until when the paid routes are closed, and what people read about it."""

    ends_at: Instant
    text: LongText
    starts_at: Instant | None = None


class WindowAnswer(msgspec.Struct):
    """A window of maintenance."""

    starts_at: str
    ends_at: str
    text: str


class StatusAnswer(msgspec.Struct, omit_defaults=True):
    """`ok`, `planned` or `maintenance`; with the window that is planned or running."""

    status: str
    maintenance: WindowAnswer | None = None


def status_answer(window: Window | None, now: datetime) -> StatusAnswer:
    """The planned or running window in a response, if there is one."""
    if window is None:
        return StatusAnswer(ServiceState.OK.value)
    shown = WindowAnswer(rfc3339(window.starts_at), rfc3339(window.ends_at), window.text)
    return StatusAnswer(window.state_at(now).value, shown)
