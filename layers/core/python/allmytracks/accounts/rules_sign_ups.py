"""Pending sign-ups, and the proof of their address by a code (U-II.II.1).

Anyone can sign up with anyone's address, so every sign-up is held separately until a code proves one of them
(docs/decisions/2026-11-27-sign-ups-are-held-apart.md).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from allmytracks.accounts.rules import WrongCode
from allmytracks.foundation.errors import FieldProblem, Invalid, InvalidFields

CODE_LIFETIME = timedelta(hours=24)
# A guardian's time to consent; a minor's sign-up is kept as long.
CONSENT_DAYS = 14
# Personal data of an unproved sign-up is kept no longer than its guardian's link is valid.
FORGOTTEN_AFTER = timedelta(days=CONSENT_DAYS + 1)
FIRST_CODE_DIGITS, LATER_CODE_DIGITS = 6, 8


class SignedUpAsMinor(Invalid):
    """A code proves no adult's sign-up where an earlier one of the same address is a minor's (U-II.I, M-0.minor)."""

    code = "signed_up_as_minor"


class PendingSignUp(Struct, frozen=True):
    """A sign-up that waits for its code until `code_until`; of a minor's, `kept_until` is later.

    `user_name` is its user at the identity service, the only holder of the password. `first`: no other sign-up of the
    address was pending when it was made.
    """

    account_id: str
    user_name: str
    code_hash: str
    started_at: datetime
    code_until: datetime
    kept_until: datetime
    first: bool
    minor: bool


class Owner(Struct, frozen=True):
    """The account that proved an address, and its user at the identity service."""

    account_id: str
    user_name: str


class AddressRecord(Struct, frozen=True):
    """The record of one address: its owner, and the pending sign-ups."""

    owner: Owner | None
    pending: Sequence[PendingSignUp]

    def signed_up_as_minor(self, until: datetime) -> bool:
        """Whether a minor signed up with this address no later than that instant."""
        return any(each.minor and each.started_at <= until for each in self.pending)

    def proved_by(self, code: str, password: str | None, now: datetime) -> PendingSignUp:
        """The one sign-up that the code proves.

        Raises WrongCode, SignedUpAsMinor, and InvalidFields where a later sign-up's password is missing.
        """
        found = None
        for each in self.pending:
            if hmac.compare_digest(each.code_hash, hash_of(code, each.account_id)) and now < each.code_until:
                found = each
        # The owner's own sign-up proves the address again, after a crash or lost response before it was dropped.
        if found is None or (self.owner is not None and self.owner.account_id != found.account_id):
            raise wrong_code()
        if not found.minor and self.signed_up_as_minor(found.started_at):
            raise SignedUpAsMinor(
                "This address was signed up as a minor's before. Enter the code of that sign-up, or sign up again as a "
                "minor, with your guardian's address."
            )
        if not found.first and password is None:
            message = "More than one sign-up has this address: send the password of the sign-up that the code is of."
            raise InvalidFields([FieldProblem("password", "required", message)])
        return found


def wrong_code() -> WrongCode:
    """The refusal of a wrong code; the same whatever is on record of the address."""
    return WrongCode("This code is not valid, or is too old.")


def hash_of(code: str, account_id: str) -> str:
    """The stored hash of a code."""
    return hashlib.sha256(f"{account_id}:{code}".encode(errors="replace")).hexdigest()
