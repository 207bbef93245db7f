"""Sign-in by an OpenID Connect provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from allmytracks.accounts.third_party.rules import Attempt, ThirdPartyIdentity, ThirdPartyLogin


class ThirdPartyProvider(Protocol):
    """The provider that the operator configured."""

    @property
    def issuer(self) -> str:
        """Its address. Raises NoThirdParty where none is configured."""
        ...

    def address(self, attempt: Attempt) -> str:
        """Where a browser goes to sign in (authorization code with PKCE). Raises NoThirdParty, Unavailable."""
        ...

    def identity(self, attempt: Attempt, code: str) -> ThirdPartyIdentity:
        """Redeems a code, and verifies the provider's token: signature, issuer, audience, time, nonce.

        Raises NoThirdParty, ThirdPartyRefused, Unavailable.
        """
        ...


class Attempts(Protocol):
    """Visits to the provider, by the hash of their `sign_in_id`."""

    def put(self, attempt: Attempt) -> None:
        """Stores an attempt until it expires."""
        ...

    def get(self, sign_in_id: str, now: datetime) -> Attempt | None:
        """An attempt that has not expired."""
        ...

    def take(self, sign_in_id: str, now: datetime) -> Attempt | None:
        """An attempt that has not expired, to one of all that ask."""
        ...


class ThirdPartyLogins(Protocol):
    """Which account a provider's person signs in to. Addresses.prove adds the login of a new account."""

    def get(self, issuer: str, subject: str) -> ThirdPartyLogin | None:
        """The login, if it is linked."""
        ...

    def of(self, account_id: str) -> Sequence[ThirdPartyLogin]:
        """The logins of an account, oldest first."""
        ...

    def link(self, login: ThirdPartyLogin) -> bool:
        """Links a login; False where another account has it. Idempotent: the first time is kept."""
        ...

    def unlink(self, login: ThirdPartyLogin) -> None:
        """Ends a link, unless another account has the login."""
        ...


class SignInProofs(Protocol):
    """Single-use proofs by which our functions sign in a user without a password."""

    def put(self, user_name: str, proof: str, until: datetime) -> None:
        """Stores the proof's hash until it expires."""
        ...

    def redeem(self, user_name: str, proof: str, now: datetime) -> bool:
        """Whether this is a valid proof for the user; true once."""
        ...
