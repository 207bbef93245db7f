"""The mails about access: codes, and that there is no account."""

from __future__ import annotations

from allmytracks.accounts.rules_codes import CODE_LIFETIME
from allmytracks.accounts.use_cases.sign_up_mails import mail_to
from allmytracks.foundation.messages import Mail
from allmytracks.mails.rules_catalogues import words_for

MINUTES = int(CODE_LIFETIME.total_seconds()) // 60


def reset_code(email: str, code: str, language: str | None = None) -> Mail:
    """The code that sets a new password."""
    return mail_to(email, "ResetCode", language, code=code, minutes=MINUTES)


def no_account(email: str, site_url: str, language: str | None = None) -> Mail:
    """To an address without an account."""
    return mail_to(email, "NoAccount", language, site=site_url)


def freeze_code(email: str, code: str, language: str | None = None) -> Mail:
    """The code that freezes an account without a recent sign-in."""
    return mail_to(email, "FreezeCode", language, code=code, minutes=MINUTES)


def sign_in_code(email: str, code: str, network: str, device: str, language: str | None = None) -> Mail:
    """The code of a risky sign-in, and where that comes from."""
    named = words_for(language).phrase("device", device=device) if device else ""
    return mail_to(email, "SignInCode", language, code=code, minutes=MINUTES, network=network, device=named)
