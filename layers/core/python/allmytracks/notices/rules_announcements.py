"""Announcements to everybody, without signing in (U-VIII)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from allmytracks.foundation.errors import NotFound
from allmytracks.mails.rules import Letter


class Announcement(Struct, frozen=True):
    """What the website shows to everybody, from `published_at` on: in English, and as far as it was translated."""

    id: str
    title: str
    text: str
    published_at: datetime
    translations: tuple[Letter, ...] = ()


class Withdrawal(Struct, frozen=True):
    """An announcement is shown no more."""

    announcement_id: str


class AnnouncementNotFound(NotFound):
    """There is no such announcement, or it was withdrawn."""

    code = "announcement_not_found"


def announcement_id_of(letters: Sequence[Letter]) -> str:
    """Deterministic by its words in all languages, so that a retry publishes nothing twice."""
    digest = hashlib.sha256("\n".join(f"{each.subject}\n{each.text}" for each in letters).encode()).hexdigest()
    return f"ann_{digest[:24]}"


def announced(changes: Iterable[Announcement | Withdrawal]) -> Sequence[Announcement]:
    """The announcements shown after these changes, newest first, in the order of publication."""
    shown: dict[str, Announcement] = {}
    for change in changes:
        if isinstance(change, Withdrawal):
            shown.pop(change.announcement_id, None)
        else:
            shown.setdefault(change.id, change)
    return sorted(shown.values(), key=_place, reverse=True)


def _place(announcement: Announcement) -> tuple[datetime, str]:
    return announcement.published_at, announcement.id
