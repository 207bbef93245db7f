"""Sessions: signing in, refreshing, signing out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.ports import Accounts, Addresses, IdentityProvider, Tokens
from allmytracks.accounts.ports_sessions import Sessions
from allmytracks.accounts.rules import WrongCredentials
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.accounts.rules_sessions import Session
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.accounts.use_cases.prove_risky_sign_in import Origin, ProveRiskySignIn
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.throttling.rules import (
    ADDRESS_FAILURES,
    SIGN_IN_FAILURES,
    Rate,
    TooManyRequests,
    subject_of,
)
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock


class Client(Struct, frozen=True):
    """The client that signs in: its subject by `client_at`, and what the session stores of it."""

    subject: str
    network: str
    device: str


@dataclass(frozen=True)
class SignIn:
    """Raises WrongCredentials, InvalidFields, LimitReached, Unavailable.

    If the password was right: AccountFrozen, SignInCodeRequired, WrongCode.
    """

    identity: IdentityProvider
    accounts: Accounts
    addresses: Addresses
    sessions: Sessions
    prove_risky: ProveRiskySignIn
    throttle: Throttle
    clock: Clock

    def __call__(self, email: str, password: str, client: Client, code: str | None = None) -> Tokens:
        email, started_at = normal_email("email", email), self.clock.now()
        # Counted before the check, so that concurrent guesses cannot exceed the limit.
        attempt = self.throttle.count(SIGN_IN_FAILURES, subject_of(f"{client.subject} {email}"))
        try:
            owner = self.addresses.get(email, self.clock.now()).owner
            # For an unproved address the identity service gets the same call, for a user that cannot exist.
            user_name = f"nobody_{subject_of(email)}" if owner is None else owner.user_name
            tokens = self.identity.sign_in(user_name, password)
        except Unavailable:  # the password was not checked
            self.throttle.give_back(attempt)
            raise
        except WrongCredentials:
            self._slow_down(email, attempt)
            raise
        self.throttle.give_back(attempt)
        account = self.accounts.get(tokens.account_id)
        require_status(account, Act.SIGN_IN)
        # The tokens of a sign-in that is refused here open nothing: they are not given out, and no session is stored.
        self.prove_risky(account, Origin(client.network, client.device, attempt.used - 1), code)
        open_session(tokens, client, started_at, self.accounts, self.sessions)
        return tokens

    def _slow_down(self, email: str, attempt: Rate) -> None:
        """When many clients guess at one address, each gets one guess; the right password still passes."""
        try:
            self.throttle.count(ADDRESS_FAILURES, subject_of(email))
        except TooManyRequests:
            self.throttle.exhaust(attempt)
        except Unavailable:
            return


def open_session(tokens: Tokens, client: Client, started_at: datetime, accounts: Accounts, sessions: Sessions) -> None:
    """Stores the session of a sign-in, if the account's state permits one. Raises AccountFrozen.

    `started_at` is from before the check of the password or proof, so that a concurrent end of all sessions ends this
    one too.
    """
    require_status(accounts.get(tokens.account_id), Act.SIGN_IN)
    sessions.open(tokens.account_id, Session(tokens.session_id, started_at, started_at, client.network, client.device))
