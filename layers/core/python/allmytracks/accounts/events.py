"""What happened to an account's access; `at` is RFC 3339."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.foundation.events import Event


@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    """The member changed the password; every other session ended (U-II.III.2.3)."""

    at: str


@dataclass(frozen=True, slots=True)
class PasswordReset(Event):
    """The password was set by a code sent to the address; every session ended."""

    at: str


@dataclass(frozen=True, slots=True)
class AccountFrozenByMember(Event):
    """The member froze the account, because somebody else may use it (U-II.II.2)."""

    at: str
