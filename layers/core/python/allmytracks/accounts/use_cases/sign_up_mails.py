"""The mails to the address of a sign-up."""

from __future__ import annotations

from datetime import datetime

from allmytracks.accounts.rules_sign_ups import CODE_LIFETIME, CONSENT_DAYS
from allmytracks.foundation.messages import Mail, Why

HOURS = int(CODE_LIFETIME.total_seconds()) // 3600
NOT_YOU = "If you did not sign up just now, do nothing"


def first_code(email: str, code: str) -> Mail:
    """The code of the only pending sign-up."""
    text = f"Your AllMyTracks code is {code}. It is valid for {HOURS} hours. {NOT_YOU}.\n"
    return Mail(email, "Your AllMyTracks code", text, Why.ADDRESS_GIVEN)


def later_code(email: str, code: str) -> Mail:
    """The code of a sign-up made while another is pending: it needs the password too."""
    text = (
        "Somebody signed up with your address before, and that sign-up still waits for its code. If it was you who "
        f"signed up just now, enter the code {code} and the password that you have just chosen; whatever the other "
        f"sign-up said is then gone. It is valid for {HOURS} hours. {NOT_YOU}: a code that you had before still "
        "belongs to the sign-up that it was sent for.\n"
    )
    return Mail(email, "Your AllMyTracks code, with your password", text, Why.ADDRESS_GIVEN)


def signed_up_as_minor(email: str) -> Mail:
    """To someone who signs up as an adult after a minor's sign-up."""
    text = (
        "Somebody signed up with your address just now. There is an earlier sign-up of a minor with this address, so "
        "that no adult's can be proved for now. Enter the code that was sent for the earlier one, or sign up again as "
        f"a minor with your guardian's address. The earlier one is forgotten after {CONSENT_DAYS} days. {NOT_YOU}.\n"
    )
    return Mail(email, "Your AllMyTracks sign-up", text, Why.ADDRESS_GIVEN)


def already_registered(email: str, site_url: str) -> Mail:
    """To the owner of an account."""
    text = (
        "Someone signed up with this address, which has an account already. If it was you, sign in or reset your "
        f"password at {site_url}; if not, there is nothing to do.\n"
    )
    return Mail(email, "You have an AllMyTracks account already", text, Why.ADDRESS_GIVEN)


def rests(email: str, until: datetime) -> Mail:
    """To the address of an account that was closed a few days ago (S-6.5)."""
    text = (
        "Somebody signed up with your address just now. Its account was closed a few days ago, so that it can sign up "
        f"again from {until:%Y-%m-%d %H:%M} (UTC) on. {NOT_YOU}.\n"
    )
    return Mail(email, "Your AllMyTracks sign-up", text, Why.ADDRESS_GIVEN)


def to_guardian(guardian_email: str, asked_by: str, token: str, site_url: str) -> Mail:
    """Asks for a guardian's consent; `asked_by` is the address of the account that gave the guardian's."""
    text = (
        f"The member with the address {asked_by} wants to use AllMyTracks, is not of age, and gave you as guardian. "
        "If you agree, open this address within "
        f"{CONSENT_DAYS} days. If not, refuse at the same address, and the account and what it holds are erased; "
        f"without an answer that happens after {CONSENT_DAYS} days.\n\n{site_url}/guardian-consent?token={token}\n"
    )
    return Mail(guardian_email, "Your consent to an AllMyTracks account", text, Why.ADDRESS_GIVEN)
