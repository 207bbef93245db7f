"""Notifies a member of an export that is ready, or that could not be made (P-manage.access)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.time_and_ids import Clock
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
        subject, text = _LETTERS[event_name]
        end = f"{parse_rfc3339(until):%Y-%m-%d %H:%M} (UTC)" if until else ""
        body = text.format(site=self.site_url, export=export_id, until=end)
        notice = Notice(account_id, f"{event_name}-{export_id}", parse_rfc3339(at), subject, body, kind_of(event_name))
        send_once(notice, self.accounts.get(account_id), self.notices, self.mailer, self.clock)


_LETTERS = {
    events.DataExportReady.__name__: (
        "The archive of your AllMyTracks data is ready",
        (
            "The archive of everything that is stored of your account ({export}) is ready. You can download it until "
            "{until}; after that it is deleted, and you can ask for another one.\n\n{site}/account/data-exports\n\n"
            "If you did not ask for it, somebody else can use your account: set a new password at once, and write to "
            "the customer service: {site}/support\n"
        ),
    ),
    events.DataExportFailed.__name__: (
        "The archive of your AllMyTracks data could not be made",
        (
            "The archive of everything that is stored of your account ({export}) could not be made, for a fault of "
            "ours. We are looking into it. Please ask for it again tomorrow, or write to the customer service, who "
            "will see that you get it: {site}/support\n"
        ),
    ),
}
EVENTS = frozenset(_LETTERS)
