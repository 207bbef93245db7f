"""Notifies a member of issued, revoked and corrected licences (M-III.5.revoke, U-III.III.3)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.licenses.states.rules import RevocationReason, SupersessionReason
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
            self._send(self._revoked(news), news.account_id)
        elif event_name == events.LicenseSuperseded.__name__ and news.follows is None:
            self._send(self._superseded(news), news.account_id)
        elif event_name == events.MusicAgreementIssued.__name__:
            self._send(self._agreed(news), news.account_id)
        elif event_name == events.SpecialLicenseIssued.__name__:
            self._send(self._special(news), news.account_id)
        elif event_name == events.LicenseIssued.__name__:
            self._send(self._issued(news), news.account_id)

    def _send(self, notice: Notice, account_id: str) -> None:
        send_once(notice, self.accounts.get(account_id), self.notices, self.mailer, self.clock)

    def _issued(self, news: LicenseNews) -> Notice:
        work = f" for {news.title}" if news.title else ""
        text = (
            f"Your licence{work} is issued. Its number is {news.number}.\n\n"
            f"The letter, and the text for a platform that claims the music: {self.site_url}/licenses/{news.number}\n"
        )
        return Notice(
            news.account_id,
            f"LicenseIssued-{news.number}",
            parse_rfc3339(news.at),
            "Your AllMyTracks licence",
            text,
            kind_of(events.LicenseIssued.__name__),
        )

    def _revoked(self, news: LicenseNews) -> Notice:
        why = _REASONS[RevocationReason(news.reason)]
        which, key = f"Your licence {news.number} was", news.number
        if news.run is not None:
            which, key = "Several licences of your account were", news.reason
        text = (
            f"{which} revoked. Whoever checks a revoked licence sees since when, and the work may no longer be used "
            f"under it.\n\nReason: {why}.\n\nYour licences and since when each is revoked: "
            f"{self.site_url}/licenses?status=revoked\n"
            f"If you think that this is wrong, write to the customer service: {self.site_url}/support\n"
        )
        subject = "Licences of your AllMyTracks account were revoked"
        at = parse_rfc3339(news.run or news.at)
        return Notice(
            news.account_id, f"LicenseRevoked-{key}", at, subject, text, kind_of(events.LicenseRevoked.__name__)
        )

    def _superseded(self, news: LicenseNews) -> Notice:
        mistake = _MISTAKES[SupersessionReason(news.reason)]
        text = (
            f"For a clerical mistake in a name we issued another letter, {news.superseded_by}, in the place of your "
            f"licence {news.number}. Its terms, project and purpose are the same. Use the new letter from now on: "
            f"whoever checks the old one is led to it. Every other letter and agreement of your account with the same "
            f"mistake is replaced in the same way.\n\nReason: {mistake}.\n\n"
            f"Your licences: {self.site_url}/licenses\n"
        )
        subject = "A corrected licence letter from AllMyTracks"
        return Notice(
            news.account_id,
            f"LicenseSuperseded-{news.number}",
            parse_rfc3339(news.at),
            subject,
            text,
            kind_of(events.LicenseSuperseded.__name__),
        )

    def _agreed(self, news: LicenseNews) -> Notice:
        text = (
            f"The music licence agreement of your membership is ready. Its number is {news.number}; anyone can "
            f"check it as they check a licence letter.\n\n"
            f"Your orders and their agreements: {self.site_url}/orders\n"
        )
        subject = "Your AllMyTracks music licence agreement"
        return Notice(
            news.account_id,
            f"MusicAgreementIssued-{news.number}",
            parse_rfc3339(news.at),
            subject,
            text,
            kind_of(events.MusicAgreementIssued.__name__),
        )

    def _special(self, news: LicenseNews) -> Notice:
        text = (
            f"Your special licence is issued, with exactly the terms that you accepted. Its number is {news.number}; "
            f"anyone can check it as they check a licence letter.\n\n"
            f"Your orders and their licences: {self.site_url}/orders\n"
        )
        return Notice(
            news.account_id,
            f"SpecialLicenseIssued-{news.number}",
            parse_rfc3339(news.at),
            "Your AllMyTracks special licence",
            text,
            kind_of(events.SpecialLicenseIssued.__name__),
        )


_REASONS = {
    RevocationReason.IMPERSONATION: "the account was opened in another's name",
    RevocationReason.ROBOT_PURCHASE: "a purchase by a program",
    RevocationReason.OUTSIDE_PURCHASE: "a purchase outside our own channel",
    RevocationReason.UNTRUE_DATA: "untrue data about who the licence is for",
    RevocationReason.OUT_OF_SCOPE_USE: "music was used beyond its licence",
    RevocationReason.PAYMENT_RETURNED: "what was paid for it was returned",
}
_MISTAKES = {
    SupersessionReason.MISSPELT_NAME: "a name was misspelt",
    SupersessionReason.INCOMPLETE_NAME: "a name was incomplete",
    SupersessionReason.WRONG_SCRIPT: "a name was in the wrong script",
}
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
