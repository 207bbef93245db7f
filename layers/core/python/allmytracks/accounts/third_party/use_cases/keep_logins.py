"""A member's own logins of other providers: listed, linked and unlinked by the member alone (U-II.II.2.third)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allmytracks.accounts.events import LoginLinked
from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.accounts.third_party.ports import ThirdPartyLogins
from allmytracks.accounts.third_party.rules import LoginIsLinked, ThirdPartyLogin, refused
from allmytracks.accounts.third_party.use_cases.sign_in import Return
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class KeepThirdPartyLogins:
    """Raises NoThirdParty, ThirdPartyRefused, LoginIsLinked, AccountFrozen and others by state, Unavailable."""

    returned: Return
    accounts: Accounts
    logins: ThirdPartyLogins
    events: Events
    clock: Clock

    def list(self, account_id: str) -> Sequence[ThirdPartyLogin]:
        """Oldest first."""
        require_status(self.accounts.get(account_id), Act.READ)
        return self.logins.of(account_id)

    def link(self, account_id: str, sign_in_id: str, state: str, code: str) -> Sequence[ThirdPartyLogin]:
        """Links the login of a visit that this member began; a notice tells the member."""
        require_status(self.accounts.get(account_id), Act.PARTICULARS)
        attempt, person = self.returned(sign_in_id, state, code)
        if attempt.account_id != account_id or attempt.user_name is None:
            raise refused()
        now = self.clock.now()
        login = ThirdPartyLogin(person.issuer, person.subject, account_id, attempt.user_name, now)
        if not self.logins.link(login):
            raise LoginIsLinked("Another account has this login. Unlink it there first.")
        self.events.publish([LoginLinked(account_id, rfc3339(now))])
        return self.logins.of(account_id)

    def unlink(self, account_id: str) -> None:
        """Ends all links. The password, or a reset by e-mail, opens the account as before."""
        require_status(self.accounts.get(account_id), Act.PARTICULARS)
        for login in self.logins.of(account_id):
            self.logins.unlink(login)
