"""Restrictions and bans of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from allmytracks.accounts.ports import Restrictions
from allmytracks.accounts.rules_states import Restriction


class Standings(Restrictions, Protocol):
    """Where accounts stand, on the very item that a grant's condition reads: a change holds for the next grant."""

    def restrict_by_rule(self, account_id: str, restriction: Restriction, *, seen_at: datetime) -> bool:
        """Restricts for what was seen at an instant; returns whether the restriction is in force.

        False where it is restricted for longer already, or was lifted after that instant. The same again holds again.
        """
        ...

    def restrict(self, account_id: str, restriction: Restriction) -> None:
        """Restricts until exactly then, whatever was before."""
        ...

    def lift(self, account_id: str, at: datetime) -> None:
        """Ends the restriction; rules' restrictions for what was seen before `at` no longer take hold."""
        ...

    def ban(self, account_id: str, at: datetime) -> datetime:
        """Bans account and allowance, both or neither; answers since when, which a repetition does not move.

        Raises AccountNotFound, CannotBeBanned.
        """
        ...

    def unban(self, account_id: str) -> None:
        """Gives the account the status back that it had. Raises AccountNotFound, NotBanned."""
        ...
