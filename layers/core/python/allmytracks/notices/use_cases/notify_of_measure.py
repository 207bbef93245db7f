"""Notifies a member of a measure on the account, its reason and end (M-III.5.fraud, U-III.III.3)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts import events as account_events
from allmytracks.accounts.ports import Accounts
from allmytracks.damages.rules import CURRENCY
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.money import money
from allmytracks.foundation.time_and_ids import Clock
from allmytracks.mails.rules_catalogues import words_for
from allmytracks.mails.rules_measures import letter_of_measure
from allmytracks.notices.ports import Notices
from allmytracks.notices.rules import Notice, kind_of
from allmytracks.notices.use_cases.send_once import send_once
from allmytracks.payments import events


class MeasureNews(Struct, frozen=True):
    """The fields of a measure's event; `amount` in US cents."""

    account_id: str
    reason: str | None
    at: str | None
    until: str | None = None
    download_id: str | None = None
    amount: int | None = None
    fields: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class NotifyOfMeasure:
    """Mails the member, once for each event; events of another kind have no mail here.

    Raises AccountNotFound, Unavailable.
    """

    accounts: Accounts
    notices: Notices
    mailer: Mailer
    clock: Clock
    site_url: str

    def __call__(self, event_name: str, measure: MeasureNews) -> None:
        account_id, reason, at, until = measure.account_id, measure.reason, measure.at, measure.until
        if event_name not in EVENTS or reason is None or at is None:
            return
        account = self.accounts.get(account_id)
        words = words_for(account.language)
        amount = money(measure.amount, CURRENCY) if measure.amount is not None else ""
        letter = letter_of_measure(
            words,
            event_name,
            reason,
            parse_rfc3339(until) if until else None,
            self.site_url,
            amount=amount,
            fields=words.fields_named(measure.fields or ""),
            text=measure.text,
        )
        what = (measure.fields or "").replace(", ", "+")
        which = "-".join(filter(None, (event_name, measure.download_id, amount.replace(" ", ""), what, reason)))
        notice = Notice(
            account_id,
            which,
            parse_rfc3339(at),
            letter.subject,
            letter.text,
            kind_of(event_name),
            letter.language,
        )
        send_once(notice, account, self.notices, self.mailer, self.clock)


EVENTS = frozenset(
    each.__name__
    for each in (
        events.AccountRestricted,
        events.RestrictionLifted,
        events.AccountBanned,
        events.AccountUnbanned,
        events.AccountFrozen,
        events.AccountUnfrozen,
        account_events.AccountSuspended,
        account_events.AccountReinstated,
        account_events.GuardianAsked,
        account_events.CorrectionDemanded,
        account_events.CorrectionAccepted,
        account_events.TextTakenOff,
        account_events.TextDemanded,
        account_events.LetterOfAuthorityAccepted,
        account_events.LetterOfAuthorityRefused,
        account_events.ClosingRefused,
        account_events.InactivityWarned,
        events.DownloadRevoked,
        events.DamagesRecorded,
    )
)
