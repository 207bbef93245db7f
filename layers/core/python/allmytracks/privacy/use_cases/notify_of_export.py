"""Notifies a member of an export that is ready, or that could not be made (P-manage.access)."""

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
from allmytracks.privacy import events


@dataclass(frozen=True)
class NotifyOfExport:
    """Mails the member, once for each export and outcome; other events have no mail here.

    Raises AccountNotFound, Unavailable.
    """

    accounts: Accounts
    notices: Notices
    mailer: Mailer
    clock: Clock
    site_url: str

    def __call__(self, event_name: str, news: News) -> None:
        account_id, export_id, at, until = news.account_id, news.export_id, news.at, news.until
        if event_name not in EVENTS or export_id is None or at is None:
            return
        account = self.accounts.get(account_id)
        words = words_for(account.language)
        end = day_and_time(parse_rfc3339(until), words.language) if until else ""
        letter = words.letter(event_name, site=self.site_url, until=end)
        notice = Notice(
            account_id,
            f"{event_name}-{export_id}",
            parse_rfc3339(at),
            letter.subject,
            letter.text,
            kind_of(event_name),
            letter.language,
        )
        send_once(notice, account, self.notices, self.mailer, self.clock)


EVENTS = frozenset(each.__name__ for each in (events.DataExportReady, events.DataExportFailed))
