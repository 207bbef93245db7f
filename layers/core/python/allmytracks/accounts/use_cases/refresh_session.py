"""A new access token for a refresh token, as long as the account may have a session and this one has not ended."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts, IdentityProvider, Tokens
from allmytracks.accounts.ports_sessions import Sessions
from allmytracks.accounts.rules import AccountNotFound, WrongCredentials
from allmytracks.accounts.rules_sessions import is_open
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class RefreshSession:
    """Raises WrongCredentials, AccountFrozen, Unavailable."""

    identity: IdentityProvider
    accounts: Accounts
    sessions: Sessions
    clock: Clock

    def __call__(self, refresh_token: str) -> Tokens:
        tokens, now = self.identity.refresh(refresh_token), self.clock.now()
        try:
            account = self.accounts.get(tokens.account_id)
        except AccountNotFound:
            raise _ended() from None
        require_status(account, Act.REFRESH)
        session = self.sessions.get(tokens.account_id, tokens.session_id)
        if session is None or not is_open(session, account, now):
            raise _ended()
        self.sessions.see(tokens.account_id, tokens.session_id, now)
        return tokens


def _ended() -> WrongCredentials:
    return WrongCredentials("This session has ended; sign in again.")
