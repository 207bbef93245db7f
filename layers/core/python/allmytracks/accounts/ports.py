"""Who the accounts are, and how they prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from allmytracks.accounts.rules import Acceptance, Account, AccountStatus


class Accounts(Protocol):
    """Accounts and the evidence of what they accepted."""

    def get(self, account_id: str) -> Account:
        """The account. Raises AccountNotFound."""
        ...

    def add(self, account: Account, acceptances: Sequence[Acceptance]) -> None:
        """Stores a new account with its acceptances, all or nothing; the same again changes nothing."""
        ...

    def set_status(self, account_id: str, status: AccountStatus, *, expected: AccountStatus) -> bool:
        """Moves an account on; False where it was no longer in `expected`."""
        ...

    def authorise_user(self, account_id: str, name: str) -> None:
        """Lets an enterprise license to this Designated User too; the same again changes nothing.

        Raises AccountNotFound, NotAnEnterprise.
        """
        ...

    def record_acceptances(self, account_id: str, acceptances: Sequence[Acceptance]) -> None:
        """Adds evidence; an acceptance already on record keeps its first time and address."""
        ...

    def acceptances(self, account_id: str) -> Sequence[Acceptance]:
        """All evidence, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in yields; `refresh_token` is None where a refresh gives no new one. `expires_in` in seconds."""

    access_token: str
    refresh_token: str | None
    expires_in: int
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A user of the identity provider."""

    account_id: str
    email: str
    confirmed: bool


class IdentityProvider(Protocol):
    """Keeps passwords and proves addresses, so that we never hold one (P-1.password)."""

    def sign_up(self, email: str, password: str) -> str:
        """Makes an unconfirmed user and mails a code; answers the account id. Raises EmailTaken, WeakPassword."""
        ...

    def discard_unconfirmed(self, email: str) -> None:
        """Removes a user whose address was never proved, so that its owner can sign up anew."""
        ...

    def find(self, email: str) -> Identity | None:
        """The user with this address."""
        ...

    def confirm(self, email: str, code: str) -> None:
        """Proves the address. Raises WrongCode, LimitReached."""
        ...

    def sign_in(self, email: str, password: str) -> Tokens:
        """Raises WrongCredentials, AddressNotProved, LimitReached."""
        ...

    def refresh(self, refresh_token: str) -> Tokens:
        """Raises WrongCredentials."""
        ...

    def sign_out(self, access_token: str) -> None:
        """Ends every session of the token's user. Raises Unauthenticated."""
        ...


class GuardianConsents(Protocol):
    """Single-use links by which a guardian consents (U-II.I)."""

    def ask(self, token: str, account_id: str, expires_at: datetime) -> None:
        """Keeps the token's hash until it expires."""
        ...

    def redeem(self, token: str, now: datetime) -> str | None:
        """The account that the token was for, once; None where it is unknown, used or expired."""
        ...
