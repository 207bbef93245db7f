"""Notifies a member of a changed password (P-8.risk, U-II.II.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allmytracks.accounts import events
from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.send_once import send_once


@dataclass(frozen=True)
class NotifyOfAccess:
    """Mails the member, once for each event. Raises AccountNotFound, Unavailable."""

    accounts: Accounts
    notices: Notices
    mailer: Mailer
    clock: Clock
    site_url: str

    def __call__(self, event_name: str, account_id: str, at: str) -> None:
        subject, text = _LETTERS[event_name]
        body = (
            f"{text}\n\nIf it was not you, somebody else can use your account: set a new password at {self.site_url}\n"
        )
        notice = Notice(account_id, f"{event_name}-{at}", parse_rfc3339(at), subject, body, kind_of(event_name))
        send_once(notice, self.accounts.get(account_id), self.notices, self.mailer, self.clock)


_LETTERS: Mapping[str, tuple[str, str]] = {
    events.PasswordChanged.__name__: (
        "Your AllMyTracks password was changed",
        "The password of your account was changed, and every other session of it ended.",
    ),
    events.PasswordReset.__name__: (
        "Your AllMyTracks password was set anew",
        "The password of your account was set anew by a code that was sent to you, and every session of it ended.",
    ),
    events.LoginLinked.__name__: (
        "A login was linked to your AllMyTracks account",
        "An account of yours at another provider was linked to your account, and opens it from now on.",
    ),
    events.AccountFrozenByMember.__name__: (
        "Your AllMyTracks account is frozen",
        (
            "Your account was frozen at your own request, and every session of it ended. Nobody can sign in until you "
            "have proved to the customer service that it is yours: send a request without signing in, and confirm it "
            "with the code that this address gets."
        ),
    ),
}
EVENTS = frozenset(_LETTERS)
