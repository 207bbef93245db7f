"""Notifies a member of a measure on the account, its reason and end (M-III.5.fraud, U-III.III.3)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts import events as account_events
from allmytracks.accounts.ports import Accounts
from allmytracks.damages.rules import CURRENCY
from allmytracks.enforcement.rules_reason_words import REASONS
from allmytracks.foundation.instants import parse_rfc3339
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.money import money
from allmytracks.foundation.time_and_ids import Clock
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
        if event_name not in _LETTERS or reason is None or at is None:
            return
        subject, text = _LETTERS[event_name]
        amount = money(measure.amount, CURRENCY) if measure.amount is not None else ""
        text = text.format(
            download=measure.download_id, amount=amount, site=self.site_url, fields=measure.fields, text=measure.text
        )
        why = f"Reason: {REASONS.get(reason, reason)}."
        till = f"\nUntil: {parse_rfc3339(until):%Y-%m-%d %H:%M:%S} (UTC)." if until else ""
        contact = f"\n\nIf you think that this is wrong, write to the customer service: {self.site_url}/support\n"
        what = (measure.fields or "").replace(", ", "+")
        which = "-".join(filter(None, (event_name, measure.download_id, amount.replace(" ", ""), what, reason)))
        body = f"{text}\n\n{why}{till}{contact}"
        notice = Notice(account_id, which, parse_rfc3339(at), subject, body, kind_of(event_name))
        send_once(notice, self.accounts.get(account_id), self.notices, self.mailer, self.clock)


_LETTERS = {
    events.AccountRestricted.__name__: (
        "Your AllMyTracks account is restricted",
        (
            "Your account is restricted for a while: it can neither download nor license nor order. All that you have "
            "stays yours, and your account opens again by itself."
        ),
    ),
    events.RestrictionLifted.__name__: (
        "Your AllMyTracks account is no longer restricted",
        "The restriction of your account was lifted. You can download, license and order again at once.",
    ),
    events.AccountBanned.__name__: (
        "Your AllMyTracks account was banned",
        "Your account was banned. You can no longer sign in, download, license or buy.",
    ),
    events.AccountUnbanned.__name__: (
        "Your AllMyTracks account is open again",
        "Your account is no longer banned.",
    ),
    events.AccountFrozen.__name__: (
        "Your AllMyTracks account is frozen",
        (
            "Your account was frozen, and every session of it ended. Nobody can sign in until it is proved that the "
            "account is yours."
        ),
    ),
    events.AccountUnfrozen.__name__: (
        "Your AllMyTracks account is no longer frozen",
        "Your account was opened again. Set a new password before you sign in, if another person may know the old one.",
    ),
    account_events.AccountSuspended.__name__: (
        "Your AllMyTracks account is suspended",
        (
            "Your account was suspended: you can sign in and read, and nothing else. If what it was suspended for is "
            "not settled, it can be closed."
        ),
    ),
    account_events.AccountReinstated.__name__: (
        "Your AllMyTracks account is open again",
        "The suspension of your account was taken back.",
    ),
    account_events.GuardianAsked.__name__: (
        "Your AllMyTracks account waits for your guardian",
        (
            "We found that you are not of age. We wrote to your guardian; until your guardian consents, your account "
            "can only be read. Without a consent by the instant below, your account is closed and your data are "
            "erased. You can send your guardian the link again: {site}/account"
        ),
    ),
    account_events.CorrectionDemanded.__name__: (
        "Correct the data of your AllMyTracks account",
        (
            "We found that these data of your account are not true or not complete: {fields}. Correct them, and write "
            "to the customer service when it is done. Until then your account can neither download nor license nor "
            "order; if they are not in order at the instant below, it is suspended, and can be closed.\n\n"
            "{site}/account"
        ),
    ),
    account_events.CorrectionAccepted.__name__: (
        "The data of your AllMyTracks account are in order",
        "Thank you: your account can download, license and order again.",
    ),
    account_events.TextTakenOff.__name__: (
        "A text of your AllMyTracks account was taken off",
        'We removed this text of your account ({fields}), as it breaks the rules of use: "{text}".',
    ),
    account_events.TextDemanded.__name__: (
        "Change a text of your AllMyTracks account",
        (
            'This text of your account ({fields}) breaks the rules of use: "{text}". Change or remove it until the '
            "instant below; otherwise your account is suspended.\n\n{site}/account"
        ),
    ),
    account_events.LetterOfAuthorityAccepted.__name__: (
        "Your letter of authority was accepted",
        "We reviewed the letter of authority of your enterprise and accepted it. There is nothing left to do.",
    ),
    account_events.LetterOfAuthorityRefused.__name__: (
        "Send another letter of authority",
        (
            "We reviewed the letter of authority of your enterprise and cannot accept it. Please send another until "
            "the instant below. Your membership and your licences are not affected.\n\n{site}/account/enterprise"
        ),
    ),
    account_events.ClosingRefused.__name__: (
        "Your AllMyTracks account stays open",
        (
            "Your application to close your account was refused. What stands against it now, and the status of your "
            "application: {site}/account/closing"
        ),
    ),
    account_events.InactivityWarned.__name__: (
        "Your AllMyTracks account is suspended soon",
        (
            "You have not used your account for a long time. Sign in once to keep it: otherwise it is suspended at the "
            "instant below, and closed some time after."
        ),
    ),
    events.DownloadRevoked.__name__: (
        "A download of your AllMyTracks account was revoked",
        (
            "The download {download} was revoked: there are no more links to its file. Its licence is not "
            "touched by that; if it is revoked too, another mail says so.\n\nYour downloads: {site}/downloads"
        ),
    ),
    events.DamagesRecorded.__name__: (
        "A claim for damages was recorded for your AllMyTracks account",
        "We recorded a claim of {amount} against you for music that was used in breach of your agreement.",
    ),
}
EVENTS = frozenset(_LETTERS)
