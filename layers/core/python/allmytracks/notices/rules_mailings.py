"""Mailings: one text to many accounts, each once, with every delivery on record (P-breach, U-I.3, P-15.consent)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.accounts.rules import Account, AccountStatus
from allmytracks.documents.rules_languages import ENGLISH
from allmytracks.foundation.errors import Conflict, NotFound
from allmytracks.mails.rules import Letter, letter_in
from allmytracks.notices.rules import Notice
from allmytracks.notices.rules_delivery import MailFailure

# Accounts of one part of a list, which are served together.
PART = 100


class MailingKind(StrEnum):
    """What a mailing is about."""

    PROMOTION = "promotion"
    """Offers: only to members who consented to such mail, with a link that stops it."""
    BREACH = "breach"
    """What happened to members' data, what was done, what to do."""
    AGREEMENT = "agreement"
    """A new version of an agreement."""
    TRANSFER = "transfer"
    """A transfer of the whole undertaking: to whom, and which data with it."""
    SERVICE = "service"
    """Anything else that members must know of the service."""


class MailingStatus(StrEnum):
    """`draft` until its accounts are complete."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class Outcome(StrEnum):
    """What became of a mailing for one account."""

    MAILED = "mailed"
    """In the inbox, and the mail service accepted the mail."""
    INBOX = "inbox"
    """In the inbox alone: mail to the account fails."""
    NO_CONSENT = "no_consent"
    NOT_ACTIVE = "not_active"
    """An offer that an account cannot use."""
    MAIL_FAILS = "mail_fails"
    """An offer that would not arrive."""
    UNPROVED = "unproved"
    """Its address was never proved, and may be another person's."""
    CLOSED = "closed"
    UNKNOWN = "unknown"
    """No account has this id."""


class MailingNotFound(NotFound):
    """There is no such mailing."""

    code = "mailing_not_found"


class MailingBegun(Conflict):
    """The accounts of a mailing that has begun cannot change."""

    code = "mailing_begun"


class TransferConsentMissing(Conflict):
    """Members cannot be asked for consent to a transfer: its purpose is not published (P-share.purpose)."""

    code = "transfer_consent_missing"


def transfer_consent_missing() -> TransferConsentMissing:
    """The refusal of a transfer's mailing before its purpose is in force."""
    return TransferConsentMissing(
        "A transfer asks for consent where sensitive data go with it: publish the purpose company_transfer "
        "(`allmytracks publish consents FILE`) first."
    )


class Selection(Struct, frozen=True):
    """The accounts of a mailing: those listed in its parts, or all of a status (None: any) made since an instant."""

    listed: bool = False
    status: AccountStatus | None = None
    since: datetime | None = None


class Mailing(Struct, frozen=True):
    """A mailing. `cursor` is where it goes on; `reached` is how many accounts it has dealt with.

    `subject` and `text` are in English; each account gets the one of `translations` that is in its language, if any.
    """

    id: str
    kind: MailingKind
    subject: str
    text: str
    selection: Selection
    created_at: datetime
    status: MailingStatus = MailingStatus.DRAFT
    cursor: str | None = None
    reached: int = 0
    translations: tuple[Letter, ...] = ()

    def notice_to(self, account: Account) -> Notice:
        """Its notice to one account: the same however often it is made."""
        letter = letter_in((Letter(ENGLISH, self.subject, self.text), *self.translations), account.language)
        return Notice(
            account.id, self.id, self.created_at, letter.subject, letter.text, self.kind.value, letter.language
        )


class Delivery(Struct, frozen=True):
    """What became of a mailing for one account, and when."""

    account_id: str
    outcome: Outcome
    at: datetime


def mailing_id_of(kind: MailingKind, letters: Sequence[Letter], selection: Selection) -> str:
    """Deterministic by its contents, so that a repeated request makes no second mailing."""
    words = [each for letter in letters for each in (letter.subject, letter.text)]
    told = "\n".join((kind.value, repr(selection), *words))
    return f"mlg_{hashlib.sha256(told.encode()).hexdigest()[:24]}"


def withheld(mailing: Mailing, account: Account, failure: MailFailure | None, *, consents: bool) -> Outcome | None:
    """Why an account gets nothing of a mailing; None where it gets it.

    What members must know reaches every proved account; offers only active ones whose owner consented.
    """
    if account.status is AccountStatus.CLOSED:
        return Outcome.CLOSED
    if account.status is AccountStatus.UNVERIFIED:
        return Outcome.UNPROVED
    if mailing.kind is not MailingKind.PROMOTION:
        return None
    if account.status is not AccountStatus.ACTIVE:
        return Outcome.NOT_ACTIVE
    if not consents:
        return Outcome.NO_CONSENT
    return Outcome.MAIL_FAILS if failure is not None else None
