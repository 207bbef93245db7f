"""Notifies members before their cloud storage renews, ends, or keeps recordings for fewer days (S-7, U-VIII)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import Account, AccountNotFound, AccountStatus
from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.money import money
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules_catalogues import words_for
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.notify_each import notify_each
from allmytracks.notices.use_cases.send_once import send_once
from allmytracks.payments.ledger.rules_subscriptions import PAST_DUE_LOOK, Renewal, Subscription
from allmytracks.payments.ports import Subscriptions
from allmytracks.storage.ports import Devices, HeldTrials
from allmytracks.storage.rules_devices import DeviceNotFound
from allmytracks.storage.rules_ends import Coming, coming, next_look
from allmytracks.storage.rules_subscriptions import facts_by_device
from allmytracks.storage.rules_trials import DeviceTrial


@dataclass(frozen=True)
class RemindOfEnds:
    """Sends due notices, each once, and records when the account is to be looked at next. Returns how many were due.

    A failed notice does not block those of other accounts. Raises Unavailable where one failed: the next run retries.
    """

    subscriptions: Subscriptions
    trials: HeldTrials
    devices: Devices
    accounts: Accounts
    notices: Notices
    mailer: Mailer
    clock: Clock
    site_url: str

    def __call__(self) -> int:
        now = self.clock.now()
        renewals = (partial(self._renewal, each, now) for each in self.subscriptions.due(now))
        trials = (partial(self._trial, each, now) for each in self.trials.due(now))
        return notify_each(chain(renewals, trials))

    def _renewal(self, renewal: Renewal, now: datetime) -> None:
        self.subscriptions.set_next(renewal, self._look(renewal.account_id, now))

    def _trial(self, trial: DeviceTrial, now: datetime) -> None:
        self._look(trial.account_id, now)
        self.trials.mark_notified(trial)

    def _look(self, account_id: str, now: datetime) -> datetime | None:
        """Sends what is due to an account; when there will be more, None for never."""
        try:
            account = self.accounts.get(account_id)
        except AccountNotFound:
            return None
        if account.status is AccountStatus.CLOSED:
            return None
        bought = self.subscriptions.of(account_id)
        found: list[Coming] = []
        for device_id, facts in facts_by_device(self.trials.of(account_id), bought).items():
            of_device = coming(facts)
            found += of_device
            for each in of_device:
                if each.is_due(now):
                    self._send(account, device_id, each, bought)
        if any(each.past_due_since(now) for each in bought):
            return now + PAST_DUE_LOOK
        return next_look(found, now)

    def _send(self, account: Account, device_id: str, news: Coming, bought: tuple[Subscription, ...]) -> None:
        try:
            device = self.devices.get(account.id, device_id)
        except DeviceNotFound:
            return  # what is paid for binds the device; its end is of no use to who released it since
        words = words_for(account.language)
        price = next((each for each in bought if each.subscription_id == news.subscription_id), None)
        letter = words.letter(
            news.occasion.value,
            site=self.site_url,
            device=device.name,
            until=day_and_time(news.at, words.language),
            amount=money(price.amount, price.currency) if price else "",
            before=news.retention_days,
            days=news.retention_after,
        )
        which = f"{news.subscription_id}-{news.occasion}-{news.at:%Y-%m-%d}"
        kind = kind_of(news.occasion.value)
        notice = Notice(account.id, which, news.due_at, letter.subject, letter.text, kind, letter.language)
        send_once(notice, account, self.notices, self.mailer, self.clock)
