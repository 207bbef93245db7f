"""Notifies a member of a changed password (P-8.risk, U-II.II.2)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts import events
from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules_catalogues import words_for
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
        account = self.accounts.get(account_id)
        words = words_for(account.language)
        letter, not_you = words.letter(event_name), words.phrase("not_you", site=self.site_url)
        notice = Notice(
            account_id,
            f"{event_name}-{at}",
            parse_rfc3339(at),
            letter.subject,
            f"{letter.text}\n\n{not_you}\n",
            kind_of(event_name),
            letter.language,
        )
        send_once(notice, account, self.notices, self.mailer, self.clock)


EVENTS = frozenset(
    each.__name__
    for each in (events.PasswordChanged, events.PasswordReset, events.LoginLinked, events.AccountFrozenByMember)
)
