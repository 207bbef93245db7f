"""Sending a notice at most once, on record (U-VIII)."""

from __future__ import annotations

from allmytracks.domain.errors import Unavailable
from allmytracks.ports.messages import Mail, Mailer
from allmytracks.ports.payments import Notice, Notices
from allmytracks.ports.time_and_ids import Clock


def send_once(notice: Notice, email: str, notices: Notices, mailer: Mailer, clock: Clock) -> None:
    """Mails a notice, unless it was before. Raises Unavailable: then it was not sent, and can be tried again."""
    if not notices.claim(notice):
        return
    try:
        mailer.send(Mail(email, notice.subject, notice.text))
    except Unavailable:
        notices.release(notice)
        raise
    notices.mark_sent(notice, clock.now())
