"""The beginning of a visit to the provider (U-II.II.2.third)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.accounts.third_party.ports import Attempts, ThirdPartyProvider
from allmytracks.accounts.third_party.rules import ATTEMPT_LIFETIME, Attempt
from allmytracks.foundation.time_and_ids import Clock, Ids


class Begun(Struct, frozen=True):
    """Where the browser goes; it keeps `sign_in_id` and sends it with what it comes back with."""

    sign_in_id: str
    authorization_url: str
    expires_at: datetime


@dataclass(frozen=True)
class BeginThirdParty:
    """Raises NoThirdParty, Unavailable; AccountFrozen and others where a member's state does not permit a link."""

    accounts: Accounts
    provider: ThirdPartyProvider
    attempts: Attempts
    clock: Clock
    ids: Ids

    def __call__(self, account_id: str | None = None, user_name: str | None = None) -> Begun:
        """A visit to sign in, or to link a login to the member's own account."""
        if account_id is not None:
            require_status(self.accounts.get(account_id), Act.PARTICULARS)
        attempt = Attempt(
            sign_in_id=self.ids.new("visit"),
            state=self.ids.new("state"),
            nonce=self.ids.new("nonce"),
            # PKCE asks for 43 characters at least.
            code_verifier=self.ids.new("verifier") + self.ids.new(""),
            until=self.clock.now() + ATTEMPT_LIFETIME,
            account_id=account_id,
            user_name=user_name,
        )
        url = self.provider.address(attempt)
        self.attempts.put(attempt)
        return Begun(attempt.sign_in_id, url, attempt.until)
