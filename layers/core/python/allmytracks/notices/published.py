"""Announcements and maintenance as they are published: each change is a version, and none is ever changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.mails.rules import Letter
from allmytracks.notices.rules_announcements import Announcement, Withdrawal
from allmytracks.notices.rules_maintenance import Window
from allmytracks.publishing.bodies import read_body
from allmytracks.publishing.ports import Publication, Publications

ANNOUNCEMENTS, MAINTENANCE = "announcements", "maintenance"


class _AnnouncementBody(msgspec.Struct):
    announcement_id: str
    title: str = ""
    text: str = ""
    withdrawn: bool = False
    translations: tuple[Letter, ...] = ()


class _WindowBody(msgspec.Struct):
    starts_at: str
    ends_at: str
    text: str
    translations: Mapping[str, str] = {}


def published_announcements(publications: Publications) -> Sequence[Announcement | Withdrawal]:
    """Every announcement and withdrawal, in the order in which they were made."""
    return [_change(each, read_body(each, _AnnouncementBody)) for each in publications.all(ANNOUNCEMENTS)]


def _change(publication: Publication, body: _AnnouncementBody) -> Announcement | Withdrawal:
    if body.withdrawn:
        return Withdrawal(body.announcement_id)
    return Announcement(body.announcement_id, body.title, body.text, publication.effective_at, body.translations)


def as_publication(change: Announcement | Withdrawal, version: str, at: datetime) -> Publication:
    """A change of the announcements as it is published."""
    if isinstance(change, Withdrawal):
        body = _AnnouncementBody(change.announcement_id, withdrawn=True)
    else:
        body = _AnnouncementBody(change.id, change.title, change.text, translations=change.translations)
    return Publication(ANNOUNCEMENTS, version, at, msgspec.to_builtins(body))


def published_windows(publications: Publications) -> Sequence[Window]:
    """Every window of maintenance, in the order of publication; the last one counts."""
    bodies = [read_body(each, _WindowBody) for each in publications.all(MAINTENANCE)]
    return [
        Window(parse_rfc3339(each.starts_at), parse_rfc3339(each.ends_at), each.text, each.translations)
        for each in bodies
    ]


def window_publication(window: Window, version: str, at: datetime) -> Publication:
    """A window of maintenance as it is published."""
    body = _WindowBody(rfc3339(window.starts_at), rfc3339(window.ends_at), window.text, window.translations)
    return Publication(MAINTENANCE, version, at, msgspec.to_builtins(body))
