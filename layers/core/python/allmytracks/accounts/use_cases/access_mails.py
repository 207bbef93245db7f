"""The mails about access: codes, and that there is no account."""

from __future__ import annotations

from allmytracks.accounts.rules_codes import CODE_LIFETIME
from allmytracks.foundation.messages import Mail, Why

MINUTES = int(CODE_LIFETIME.total_seconds()) // 60
NOT_YOU = "If it was not you, do nothing: without the code nothing changes"


def reset_code(email: str, code: str) -> Mail:
    """The code that sets a new password."""
    text = (
        f"Your code for a new AllMyTracks password is {code}. It is valid for {MINUTES} minutes. Setting the password "
        f"ends every session of your account. {NOT_YOU}.\n"
    )
    return Mail(email, "Your code for a new AllMyTracks password", text, Why.ADDRESS_GIVEN)


def no_account(email: str, site_url: str) -> Mail:
    """To an address without an account."""
    text = (
        "Somebody asked for a code for an AllMyTracks account with this address. There is no such account. If it was "
        f"you, sign up at {site_url} or try another address; if not, there is nothing to do.\n"
    )
    return Mail(email, "There is no AllMyTracks account with your address", text, Why.ADDRESS_GIVEN)


def freeze_code(email: str, code: str) -> Mail:
    """The code that freezes an account without a recent sign-in."""
    text = (
        f"Your code to freeze your AllMyTracks account is {code}. It is valid for {MINUTES} minutes. Nobody can sign "
        f"in to a frozen account until you have proved to us that it is yours. {NOT_YOU}.\n"
    )
    return Mail(email, "Your code to freeze your AllMyTracks account", text, Why.ADDRESS_GIVEN)


def sign_in_code(email: str, code: str, network: str, device: str) -> Mail:
    """The code of a risky sign-in, and where that comes from."""
    place = f"from the network {network}" + (f" with {device}" if device else "")
    text = (
        f"Somebody signs in to your AllMyTracks account with the right password, {place}. If it is you, the code is "
        f"{code}; it is valid for {MINUTES} minutes. If it is not, somebody knows your password: change it now.\n"
    )
    return Mail(email, "Your code to sign in to AllMyTracks", text, Why.ADDRESS_GIVEN)
