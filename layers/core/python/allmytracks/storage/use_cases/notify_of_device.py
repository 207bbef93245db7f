"""Notifies a member of a trial that began, and of a device that was released (S-1.devices, S-7.1, U-VIII)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules_catalogues import words_for
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.notify import News
from allmytracks.notices.use_cases.send_once import send_once
from allmytracks.storage.events import OF_DEVICES
from allmytracks.storage.ports import Devices
from allmytracks.storage.rules_cover import TRIAL, TRIAL_RETENTION_DAYS
from allmytracks.storage.rules_devices import DeviceNotFound


@dataclass(frozen=True)
class NotifyOfDevice:
    """Mails the member, once for each event; other events have no mail here.

    Raises AccountNotFound, Unavailable.
    """

    devices: Devices
    accounts: Accounts
    notices: Notices
    mailer: Mailer
    clock: Clock
    site_url: str

    def __call__(self, event_name: str, news: News) -> None:
        account_id, device_id, at = news.account_id, news.device_id, news.at
        if event_name not in OF_DEVICES or device_id is None or at is None:
            return
        account = self.accounts.get(account_id)
        words = words_for(account.language)
        name = self._name(account_id, device_id)
        if name is None:
            return
        happened = parse_rfc3339(at)
        letter = words.letter(
            event_name,
            site=self.site_url,
            device=name,
            at=day_and_time(happened, words.language),
            until=day_and_time(happened + TRIAL, words.language),
            days=TRIAL_RETENTION_DAYS,
        )
        notice = Notice(
            account_id,
            f"{event_name}-{device_id}-{at}",
            happened,
            letter.subject,
            letter.text,
            kind_of(event_name),
            letter.language,
        )
        send_once(notice, account, self.notices, self.mailer, self.clock)

    def _name(self, account_id: str, device_id: str) -> str | None:
        """The device's name in this account, or the last that it had there; None of an account that is erased."""
        try:
            return self.devices.get(account_id, device_id).name
        except DeviceNotFound:
            released = self.devices.released(account_id, device_id)
            return None if released is None else released.name
