"""Notifies members that their membership ends: seven days before, and at the end (U-VIII)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountNotFound, AccountStatus
from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules_catalogues import words_for
from allmytracks.memberships.ports import Memberships
from allmytracks.memberships.ports_ends import Ends
from allmytracks.memberships.rules_ends import End
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.notify_each import notify_each
from allmytracks.notices.use_cases.send_once import send_once
from allmytracks.payments.ports import Orders


@dataclass(frozen=True)
class RemindMembers:
    """Sends due notices, each once, and records when the next is due. Returns how many ends were due.

    Each listed end is checked against the membership itself: a purchase or refund may have changed it since. A failed
    notice does not block the others. Raises Unavailable where one failed: the next run retries.
    """

    ends: Ends
    memberships: Memberships
    accounts: Accounts
    orders: Orders
    notices: Notices
    mailer: Mailer
    clock: Clock
    site_url: str

    def __call__(self) -> int:
        return notify_each(partial(self._notify, end) for end in self.ends.due(self.clock.now()))

    def _notify(self, end: End) -> None:
        periods = self.memberships.periods(end.account_id)
        if not periods or periods[-1].ends_at != end.ends_at:
            return None  # the index lags: the end has changed, and is listed with its own time
        over = end.ends_at <= self.clock.now()
        try:
            account = self.accounts.get(end.account_id)
        except AccountNotFound:
            return self.ends.set_next(end, None)
        if account.status is not AccountStatus.CLOSED:
            send_once(self._notice(end, account.language, over=over), account, self.notices, self.mailer, self.clock)
        return self.ends.set_next(end, None if over else end.ends_at)

    def _notice(self, end: End, language: str | None, *, over: bool) -> Notice:
        name, words = "MembershipEnded" if over else "MembershipEnding", words_for(language)
        plan = self.orders.get(end.account_id, end.order_id).benefits.plan_name
        until = day_and_time(end.ends_at, words.language)
        letter = words.letter(name, site=self.site_url, plan=plan, until=until)
        return Notice(
            end.account_id,
            f"{end.order_id}-{name}",
            end.ends_at,
            letter.subject,
            letter.text,
            kind_of(name),
            letter.language,
        )
