"""Addresses of closed accounts, which rest for a while (S-6.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from allmytracks.accounts.rules_sign_ups import Owner


class Embargoes(Protocol):
    """Addresses that cannot sign up again yet, kept as a keyed hash that expires; addresses in their normal form."""

    def until(self, email: str, now: datetime) -> datetime | None:
        """When the address may sign up again; None where it may. Raises Unavailable."""
        ...

    def begin(self, email: str, owner: Owner, until: datetime) -> None:
        """Takes the address from its owner and lets it rest, both or neither.

        The same again changes nothing, nor does it where the address has another owner. Raises Unavailable.
        """
        ...
