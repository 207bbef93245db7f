"""Disclosures of a member's data: to whom, what, why, on which basis, when (U-V.privacy)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.documents.rules_text import required_line
from allmytracks.foundation.errors import FieldProblem, InvalidFields
from allmytracks.foundation.instants import rfc3339, whole_milliseconds

LONGEST_RECIPIENT = 200
LONGEST_TEXT = 1_000


class Basis(StrEnum):
    """On which of the agreement's grounds data may be disclosed; there are no others."""

    CONSENT = "consent"
    LAW = "law"
    AUTHORITY = "authority"
    REQUESTED_SERVICE = "requested_service"
    INVOICE = "invoice"


class Disclosure(Struct, frozen=True):
    """One disclosure, as the member sees it.

    `what` names the data by their kinds ("name, invoices of 2026"), never the data themselves; `why` is the reason,
    with the reference of an authority's request if there is one.
    """

    account_id: str
    at: datetime
    to: str
    what: str
    why: str
    basis: Basis

    @property
    def id(self) -> str:
        """Deterministic, so that a disclosure is recorded once."""
        stated = (self.account_id, rfc3339(self.at), self.to, self.what, self.why, self.basis.value)
        return f"dsc_{hashlib.sha256(repr(stated).encode()).hexdigest()[:26]}"


class Recorded(Struct, frozen=True):
    """A disclosure on the register, by whom (an AWS identity) and when."""

    disclosure: Disclosure
    recorded_by: str
    recorded_at: datetime


def disclosure_of(disclosure: Disclosure, now: datetime) -> Disclosure:
    """The disclosure with its texts normalised.

    Raises InvalidFields for a text that is empty or too long, and where it is yet to be made.
    """
    if disclosure.at > now:
        message = "A disclosure is recorded when it was made; this instant is in the future."
        raise InvalidFields([FieldProblem("at", "in_the_future", message)])
    return Disclosure(
        account_id=disclosure.account_id,
        at=whole_milliseconds(disclosure.at),
        to=required_line("to", disclosure.to, LONGEST_RECIPIENT),
        what=required_line("what", disclosure.what, LONGEST_TEXT),
        why=required_line("why", disclosure.why, LONGEST_TEXT),
        basis=disclosure.basis,
    )
