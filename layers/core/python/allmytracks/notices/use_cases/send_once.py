"""Sending a notice once, recorded (U-VIII); again only where the worker crashed before it recorded the sending."""

from __future__ import annotations

from allmytracks.accounts.rules import Account, AccountStatus
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.messages import Mail, Mailer, Why
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice


def send_once(
    notice: Notice,
    account: Account,
    notices: Notices,
    mailer: Mailer,
    clock: Clock,
    unsubscribing_link: str | None = None,
) -> None:
    """Mails a notice, unless it was before; an offer with the link that stops offers. A closed account gets none: it
    is erased, and what happens to its licences afterwards must not bring an inbox back.

    Raises Unavailable: it may not have been sent, and is to be tried again.
    """
    if account.status is AccountStatus.CLOSED:
        return
    if not notices.claim(notice, clock.now()):
        return
    why = Why.ACCOUNT if unsubscribing_link is None else Why.OFFERS
    try:
        mailer.send(
            Mail(
                account.email,
                notice.subject,
                notice.text,
                why,
                notice.account_id,
                notice.public_id,
                unsubscribing_link,
                notice.language,
            )
        )
    except Unavailable:
        notices.release(notice)
        raise
    notices.mark_sent(notice, clock.now())
