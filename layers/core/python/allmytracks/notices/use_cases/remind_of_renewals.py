"""Notifies members seven days before a monthly plan of cloud storage renews (S-7.2.2, U-VIII)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import Account, AccountNotFound, AccountStatus
from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.money import money
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules_catalogues import words_for
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.send_once import send_once
from allmytracks.payments.ledger.rules_subscriptions import RENEWAL_NOTICE_BEFORE, Renewal, Subscription, next_notice
from allmytracks.payments.ports import Subscriptions

NAME = "SubscriptionRenewing"


@dataclass(frozen=True)
class RemindOfRenewals:
    """Sends due notices, each once for each renewal, and records when the next is due. Returns how many were due.

    A failed notice does not block the others. Raises Unavailable where one failed: the next run retries.
    """

    subscriptions: Subscriptions
    accounts: Accounts
    notices: Notices
    mailer: Mailer
    clock: Clock
    site_url: str

    def __call__(self) -> int:
        looked_at, failed = 0, 0
        for renewal in self.subscriptions.due(self.clock.now()):
            looked_at += 1
            try:
                self._notify(renewal)
            except Unavailable:
                failed += 1
        if failed:
            raise Unavailable(f"{failed} of {looked_at} members could not be notified.")
        return looked_at

    def _notify(self, renewal: Renewal) -> None:
        now = self.clock.now()
        found = self.subscriptions.of(renewal.account_id)
        due = [(at, each) for each in found if (at := each.renews_at) is not None and _is_due(at, now)]
        try:
            account = self.accounts.get(renewal.account_id)
        except AccountNotFound:
            due = []
        else:
            due = [] if account.status is AccountStatus.CLOSED else due
        for at, each in due:
            notice = self._notice(account, each, at)
            send_once(notice, account, self.notices, self.mailer, self.clock)
        later = next_notice([each for each in found if each not in [told for _, told in due]], now)
        self.subscriptions.set_next(renewal, later if later is not None and later > now else None)

    def _notice(self, account: Account, plan: Subscription, at: datetime) -> Notice:
        words = words_for(account.language)
        until, amount = day_and_time(at, words.language), money(plan.amount, plan.currency)
        letter = words.letter(NAME, site=self.site_url, until=until, amount=amount)
        which, about = f"{plan.subscription_id}-{NAME}-{at:%Y-%m-%d}", at - RENEWAL_NOTICE_BEFORE
        return Notice(account.id, which, about, letter.subject, letter.text, kind_of(NAME), letter.language)


def _is_due(at: datetime, now: datetime) -> bool:
    return at - RENEWAL_NOTICE_BEFORE <= now < at
