"""A guardian's answer for a minor's account: a record of its own (U-II.I, P-minors)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import Invalid


class GuardianDecision(StrEnum):
    """What a guardian decided."""

    CONSENTED = "consented"
    REFUSED = "refused"


class ConsentLinkInvalid(Invalid):
    """The link is unknown, was used, or is too old."""

    code = "consent_link_invalid"


class GuardianAnswer(Struct, frozen=True):
    """Evidence: who decided for which minor's account, when, from which address, on which versions (`id@version`)."""

    account_id: str
    guardian_email: str
    decision: GuardianDecision
    at: datetime
    source_ip: str
    versions: tuple[str, ...]


def link_invalid() -> ConsentLinkInvalid:
    """The refusal of a link; the same for an unknown, used and old one."""
    return ConsentLinkInvalid(
        "This link is not valid any more. The owner of the account can sign in and have another one sent; "
        "where the address was not proved yet, sign up again."
    )
