"""The mails to the address of a sign-up, in the language of the sign-up."""

from __future__ import annotations

from datetime import datetime

from allmytracks.accounts.rules_sign_ups import CODE_LIFETIME, CONSENT_DAYS
from allmytracks.documents.rules_dates import day_and_time
from allmytracks.foundation.messages import Mail, Why
from allmytracks.mails.rules_catalogues import words_for

HOURS = int(CODE_LIFETIME.total_seconds()) // 3600


def first_code(email: str, code: str, language: str | None = None) -> Mail:
    """The code of the only pending sign-up."""
    return mail_to(email, "FirstCode", language, code=code, hours=HOURS)


def later_code(email: str, code: str, language: str | None = None) -> Mail:
    """The code of a sign-up made while another is pending: it needs the password too."""
    return mail_to(email, "LaterCode", language, code=code, hours=HOURS)


def signed_up_as_minor(email: str, language: str | None = None) -> Mail:
    """To someone who signs up as an adult after a minor's sign-up."""
    return mail_to(email, "SignedUpAsMinor", language, days=CONSENT_DAYS)


def already_registered(email: str, site_url: str, language: str | None = None) -> Mail:
    """To the owner of an account."""
    return mail_to(email, "AlreadyRegistered", language, site=site_url)


def rests(email: str, until: datetime, language: str | None = None) -> Mail:
    """To the address of an account that was closed a few days ago (S-6.5)."""
    return mail_to(email, "AddressRests", language, until=day_and_time(until, words_for(language).language))


def to_guardian(guardian_email: str, asked_by: str, token: str, site_url: str, language: str | None = None) -> Mail:
    """Asks for a guardian's consent; `asked_by` is the address of the account that gave the guardian's."""
    return mail_to(
        guardian_email, "GuardianConsent", language, asked_by=asked_by, days=CONSENT_DAYS, token=token, site=site_url
    )


def mail_to(email: str, name: str, language: str | None, **values: object) -> Mail:
    """A mail to an address that somebody gave; `name` is its letter's, `language` a tag (BCP 47)."""
    letter = words_for(language).letter(name, **values)
    return Mail(email, letter.subject, letter.text, Why.ADDRESS_GIVEN, language=letter.language)
