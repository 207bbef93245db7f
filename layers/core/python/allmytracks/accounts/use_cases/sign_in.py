"""Sessions: signing in, refreshing, signing out."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts, IdentityProvider, Tokens
from allmytracks.accounts.rules import AccountNotVerified, AccountStatus
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.throttling.rules import SIGN_IN_FAILURES, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle


@dataclass(frozen=True)
class SignIn:
    """Raises WrongCredentials, AccountNotVerified, LimitReached, Unavailable."""

    identity: IdentityProvider
    accounts: Accounts
    throttle: Throttle

    def __call__(self, email: str, password: str) -> Tokens:
        email = email.strip().lower()
        # Counted before it is known to fail: however many guess at once, no more than the limit reach the password.
        attempt = self.throttle.count(SIGN_IN_FAILURES, subject_of(email))
        try:
            tokens = self.identity.sign_in(email, password)
        except (AccountNotVerified, Unavailable):  # the password was right, or nobody looked at it
            self.throttle.give_back(attempt)
            raise
        self.throttle.give_back(attempt)
        if tokens.account_id is not None:
            # A sign-in proves that the address was confirmed: this mends a verification that died half-way.
            self.accounts.set_status(tokens.account_id, AccountStatus.ACTIVE, expected=AccountStatus.UNVERIFIED)
        return tokens
