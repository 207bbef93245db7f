"""Restrictions and bans of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from allmytracks.accounts.ports import Restrictions
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_states import Restriction, StateEvent


class Standings(Restrictions, Protocol):
    """The standings of accounts, on the item that a grant's condition reads: a change applies to the next grant."""

    def restrict_by_rule(self, account_id: str, restriction: Restriction, *, seen_at: datetime) -> bool:
        """Restricts because of a sighting at an instant; returns whether the restriction is in force.

        False where it is restricted for longer already, or was lifted after that instant. Idempotent.
        """
        ...

    def restrict(self, account_id: str, restriction: Restriction) -> None:
        """Restricts until exactly then, replacing any earlier end."""
        ...

    def lift(self, account_id: str, at: datetime) -> None:
        """Ends the restriction; later ones by rule for sightings before `at` have no effect."""
        ...

    def measured(self, account_id: str, measure: str, at: datetime, *, again: bool) -> datetime:
        """Records an operator's measure, named by what is done until when and why; returns when it was taken.

        `again`: it changes nothing; if it is the last one on record, its first instant stays. Raises AccountNotFound.
        """
        ...

    def ban(self, account_id: str, at: datetime) -> datetime:
        """Bans account and allowance, atomically; returns since when. Idempotent: the first instant is kept.

        Raises AccountNotFound, CannotBeBanned.
        """
        ...

    def freeze(self, account_id: str, at: datetime) -> datetime:
        """Freezes account and allowance and ends all sessions, atomically (U-II.II.2).

        Answers since when, which a repetition does not move. Raises AccountNotFound, CannotBeFrozen.
        """
        ...

    def unfreeze(self, account_id: str, at: datetime) -> datetime:
        """Restores the account's status before the freeze; returns when, which a repetition does not move.

        Raises AccountNotFound, NotFrozen.
        """
        ...

    def unban(self, account_id: str, at: datetime) -> datetime:
        """Restores the account's status before the ban; returns when, which a repetition does not move.

        Raises AccountNotFound, NotBanned.
        """
        ...

    def await_guardian(self, account_id: str, guardian_email: str) -> None:
        """Makes the account a minor's that waits for this guardian; one that waits already gets another guardian.

        Raises AccountNotFound, StateConflict, Unavailable.
        """
        ...

    def move(self, account_id: str, event: StateEvent, reason: str | None = None) -> AccountStatus:
        """Moves account and allowance to the state after an event, both or neither, and answers it.

        The reason of a suspension stays with it until it ends.

        Only if the account is still in the state that it was read in. Raises AccountNotFound, StateConflict,
        Unavailable (another move came between; the same may be tried again).
        """
        ...
