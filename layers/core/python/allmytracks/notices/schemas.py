"""Query and response bodies of the inbox."""

from __future__ import annotations

from typing import Literal

import msgspec

from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.paging import PageQuery
from allmytracks.notices.rules import StoredNotice


class NoticesQuery(PageQuery, forbid_unknown_fields=True):
    """Which notices; `unread=true` leaves out read ones."""

    unread: Literal["true", "false"] = "false"


class NoticeAnswer(msgspec.Struct, omit_defaults=True):
    """One notice. `served_on` is the day (UTC) on which it counts as served; `channels` are `inbox` and `mail`."""

    notice_id: str
    kind: str
    subject: str
    text: str
    at: str
    served_on: str
    channels: list[str]
    read_at: str | None = None


class NoticesAnswer(msgspec.Struct):
    """A page of the inbox; `unread_count` is of the whole inbox, as it was when the first page was read."""

    items: list[NoticeAnswer]
    unread_count: int
    next_cursor: str | None


def notice_answer(notice: StoredNotice) -> NoticeAnswer:
    """A notice in a response."""
    return NoticeAnswer(
        notice_id=notice.id,
        kind=notice.kind,
        subject=notice.subject,
        text=notice.text,
        at=rfc3339(notice.at),
        served_on=notice.served_on.isoformat(),
        channels=[each.value for each in notice.channels],
        read_at=rfc3339(notice.read_at) if notice.read_at else None,
    )
