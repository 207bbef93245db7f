"""The return from the provider: a session, or the question which agreements a new member accepts (U-II.II.2.third)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from allmytracks.accounts.ports import Accounts, IdentityProvider, Tokens
from allmytracks.accounts.ports_sessions import Sessions
from allmytracks.accounts.rules import AccountNotFound
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.accounts.third_party.ports import Attempts, SignInProofs, ThirdPartyLogins, ThirdPartyProvider
from allmytracks.accounts.third_party.rules import (
    PROOF_LIFETIME,
    Attempt,
    ThirdPartyIdentity,
    ThirdPartyLogin,
    refused,
)
from allmytracks.accounts.use_cases.sign_in import Client, open_session
from allmytracks.foundation.time_and_ids import Clock, Ids


@dataclass(frozen=True)
class OpenLinkedSession:
    """A session of the account that a login is linked to. Raises AccountFrozen, ThirdPartyRefused, Unavailable."""

    identity: IdentityProvider
    accounts: Accounts
    sessions: Sessions
    proofs: SignInProofs
    clock: Clock
    ids: Ids

    def __call__(self, login: ThirdPartyLogin, client: Client) -> Tokens:
        started_at = self.clock.now()
        try:
            require_status(self.accounts.get(login.account_id), Act.SIGN_IN)
        except AccountNotFound:
            raise refused() from None
        proof = self.ids.new("proof")
        self.proofs.put(login.user_name, proof, started_at + PROOF_LIFETIME)
        tokens = self.identity.sign_in_by_proof(login.user_name, proof)
        open_session(tokens, client, started_at, self.accounts, self.sessions)
        return tokens


@dataclass(frozen=True)
class Return:
    """What a browser comes back from the provider with. Raises NoThirdParty, ThirdPartyRefused, Unavailable."""

    provider: ThirdPartyProvider
    attempts: Attempts
    clock: Clock

    def __call__(self, sign_in_id: str, state: str, code: str) -> tuple[Attempt, ThirdPartyIdentity]:
        """The visit, which serves once, and the person whom the provider names."""
        attempt = self.attempts.take(sign_in_id, self.clock.now())
        if attempt is None or attempt.identity is not None or not attempt.began_with(state):
            raise refused()
        return attempt, self.provider.identity(attempt, code)


@dataclass(frozen=True)
class SignInByThirdParty:
    """Raises NoThirdParty, ThirdPartyRefused, AccountFrozen, Unavailable."""

    returned: Return
    attempts: Attempts
    logins: ThirdPartyLogins
    open_linked: OpenLinkedSession

    def __call__(self, sign_in_id: str, state: str, code: str, client: Client) -> Tokens | ThirdPartyIdentity:
        """A session; or what the provider said of a person whose login is not linked to an account.

        Nothing is linked by a matching address.
        """
        attempt, identity = self.returned(sign_in_id, state, code)
        if attempt.account_id is not None:  # it was begun to link a login
            raise refused()
        login = self.logins.get(identity.issuer, identity.subject)
        if login is not None:
            return self.open_linked(login, client)
        self.attempts.put(replace(attempt, identity=identity))
        return identity
