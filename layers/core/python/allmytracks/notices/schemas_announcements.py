"""Request and response bodies of announcements and of the service's status."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from allmytracks.documents.rules_languages import ENGLISH
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.instants import rfc3339
from allmytracks.mails.rules import Letter
from allmytracks.notices.rules_announcements import Announcement
from allmytracks.notices.rules_maintenance import ServiceState, Window

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
LongText = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
OtherLanguage = Literal["zh-Hant", "zh-Hans"]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class TranslatedForm(msgspec.Struct, forbid_unknown_fields=True):
    """An announcement in another language than English."""

    language: OtherLanguage
    title: Title
    text: LongText


class AnnouncementForm(msgspec.Struct, forbid_unknown_fields=True):
    """An announcement to everybody, in English and as far as it is translated."""

    title: Title
    text: LongText
    translations: Annotated[list[TranslatedForm], msgspec.Meta(max_length=2)] = []

    def to_letters(self) -> list[Letter]:
        """Its words, English first. Raises InvalidFields."""
        letters = [Letter(each.language, each.title, each.text) for each in self.translations]
        require_each_once([each.language for each in letters])
        return [Letter(ENGLISH, self.title, self.text), *letters]


class TranslatedAnswer(msgspec.Struct):
    """An announcement in another language."""

    language: str
    title: str
    text: str


class AnnouncementAnswer(msgspec.Struct):
    """One announcement, in English and in the languages that it was translated into."""

    announcement_id: str
    title: str
    text: str
    published_at: str
    translations: list[TranslatedAnswer]


class AnnouncementsAnswer(msgspec.Struct):
    """One page of those that are shown, newest first; `next_cursor` asks for the next one."""

    items: list[AnnouncementAnswer]
    next_cursor: str | None


def require_each_once(languages: Sequence[str]) -> None:
    """Refuses two translations into one language. Raises InvalidFields."""
    if len(set(languages)) < len(languages):
        raise InvalidFields([FieldProblem("translations", "invalid", "Give each language once.")])


def announcement_answer(announcement: Announcement) -> AnnouncementAnswer:
    """An announcement in a response."""
    return AnnouncementAnswer(
        announcement.id,
        announcement.title,
        announcement.text,
        rfc3339(announcement.published_at),
        [TranslatedAnswer(each.language, each.subject, each.text) for each in announcement.translations],
    )


class MaintenanceForm(msgspec.Struct, forbid_unknown_fields=True):
    """From when (now, where it is left out) until when the paid routes are closed, and what people read about it."""

    ends_at: Instant
    text: LongText
    starts_at: Instant | None = None
    translations: Annotated[dict[OtherLanguage, LongText], msgspec.Meta(max_length=2)] = {}


class WindowAnswer(msgspec.Struct):
    """A window of maintenance; `translations` has the text by language."""

    starts_at: str
    ends_at: str
    text: str
    translations: dict[str, str]


class StatusAnswer(msgspec.Struct, omit_defaults=True):
    """`ok`, `planned` or `maintenance`; with the window that is planned or running."""

    status: str
    maintenance: WindowAnswer | None = None


def status_answer(window: Window | None, now: datetime) -> StatusAnswer:
    """The planned or running window in a response, if there is one."""
    if window is None:
        return StatusAnswer(ServiceState.OK.value)
    shown = WindowAnswer(rfc3339(window.starts_at), rfc3339(window.ends_at), window.text, dict(window.translations))
    return StatusAnswer(window.state_at(now).value, shown)
