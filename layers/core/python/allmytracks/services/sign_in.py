"""Sessions: signing in, refreshing, signing out."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.domain.accounts import AccountStatus
from allmytracks.ports.accounts import Accounts, IdentityProvider, Tokens


@dataclass(frozen=True)
class SignIn:
    """Raises WrongCredentials, AccountNotVerified, LimitReached, Unavailable."""

    identity: IdentityProvider
    accounts: Accounts

    def __call__(self, email: str, password: str) -> Tokens:
        tokens = self.identity.sign_in(email.strip().lower(), password)
        if tokens.account_id is not None:
            # A sign-in proves that the address was confirmed: this mends a verification that died half-way.
            self.accounts.set_status(tokens.account_id, AccountStatus.ACTIVE, expected=AccountStatus.UNVERIFIED)
        return tokens
