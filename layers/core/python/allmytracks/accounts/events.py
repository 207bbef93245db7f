"""What happened to an account, in the past tense; `at` is RFC 3339."""

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


@dataclass(frozen=True, slots=True)
class AccountSuspended(Event):
    """The account was suspended, for a reason (a code) (S-6.1, S-6.1.close)."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class AccountReinstated(Event):
    """A suspension was taken back."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class ClosingRefused(Event):
    """An operator refused the member's application to close the account (S-6.3)."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class AccountClosing(Event):
    """It was decided that the account closes; that takes effect with the notice of it (S-6.4)."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class AccountClosed(Event):
    """The account is closed, and what it holds is to be erased (U-II.III.3, S-6.5)."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class InactivityWarned(Event):
    """The account was not used for long: it is suspended at `until` unless its member signs in before (S-6.1)."""

    reason: str
    at: str
    until: str
