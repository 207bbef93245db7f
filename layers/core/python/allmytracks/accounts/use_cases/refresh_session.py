"""A new access token for a refresh token, as long as the account may have a session."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts, IdentityProvider, Tokens
from allmytracks.accounts.rules import AccountNotFound, WrongCredentials
from allmytracks.accounts.rules_states import Act, require_status


@dataclass(frozen=True)
class RefreshSession:
    """Raises WrongCredentials, AccountFrozen, Unavailable."""

    identity: IdentityProvider
    accounts: Accounts

    def __call__(self, refresh_token: str) -> Tokens:
        tokens = self.identity.refresh(refresh_token)
        if tokens.account_id is not None:
            try:
                account = self.accounts.get(tokens.account_id)
            except AccountNotFound:
                raise WrongCredentials("This session has ended; sign in again.") from None
            require_status(account, Act.REFRESH)
        return tokens
