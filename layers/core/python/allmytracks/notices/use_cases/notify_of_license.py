"""Notifies a member of issued, revoked and corrected licences (M-III.5.revoke, U-III.III.3)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules_catalogues import words_for
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.send_once import send_once
from allmytracks.payments import events


class LicenseNews(Struct, frozen=True):
    """The fields of a licence's event; `run` is when a revocation of many began, and groups them in one notice.

    A correction that `follows` another one has no notice of its own. `title` is the work of a new licence.
    """

    account_id: str
    number: str
    reason: str
    at: str
    run: str | None = None
    superseded_by: str | None = None
    follows: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class NotifyOfLicense:
    """Mails the member once: for each licence, or for each run that revoked many.

    Raises AccountNotFound, Unavailable.
    """

    accounts: Accounts
    notices: Notices
    mailer: Mailer
    clock: Clock
    site_url: str

    def __call__(self, event_name: str, news: LicenseNews) -> None:
        if event_name == events.LicenseRevoked.__name__:
            self._send(news, event_name, *_revoked(news))
        elif event_name in EVENTS and news.follows is None:
            self._send(news, event_name)

    def _send(self, news: LicenseNews, event_name: str, letter_name: str | None = None, key: str | None = None) -> None:
        account = self.accounts.get(news.account_id)
        words = words_for(account.language)
        letter = words.letter(
            letter_name or event_name,
            site=self.site_url,
            number=news.number,
            superseded_by=news.superseded_by,
            work=words.phrase("work", title=news.title) if news.title else "",
            reason=words.reason(news.reason),
        )
        notice = Notice(
            news.account_id,
            f"{event_name}-{key or news.number}",
            parse_rfc3339(news.run or news.at),
            letter.subject,
            letter.text,
            kind_of(event_name),
            letter.language,
        )
        send_once(notice, account, self.notices, self.mailer, self.clock)


def _revoked(news: LicenseNews) -> tuple[str, str]:
    """The letter, and what makes its notice one: the licence, or the reason of a run."""
    several = news.run is not None
    return ("LicensesRevoked", news.reason) if several else (events.LicenseRevoked.__name__, news.number)


EVENTS = frozenset(
    each.__name__
    for each in (
        events.LicenseIssued,
        events.LicenseRevoked,
        events.LicenseSuperseded,
        events.MusicAgreementIssued,
        events.SpecialLicenseIssued,
    )
)
