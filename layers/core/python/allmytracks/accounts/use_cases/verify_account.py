"""Proving an address by the code that was sent to it (U-II.II.1)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts, IdentityProvider
from allmytracks.accounts.rules import AccountNotFound, AccountStatus, WrongCode, normal_email
from allmytracks.foundation.throttling.rules import CODE_TRIES, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle


@dataclass(frozen=True)
class VerifyAccount:
    """Makes an unverified account active. Raises WrongCode, InvalidFields, LimitReached, Unavailable."""

    identity: IdentityProvider
    accounts: Accounts
    throttle: Throttle

    def __call__(self, email: str, code: str) -> None:
        email = normal_email("email", email)
        self.throttle.count(CODE_TRIES, subject_of(email))
        known = self.identity.find(email)
        if known is None or not self._has_account(known.account_id):
            raise WrongCode("This code is not valid, or is too old.")
        self.identity.confirm(email, code)
        self.accounts.set_status(known.account_id, AccountStatus.ACTIVE, expected=AccountStatus.UNVERIFIED)

    def _has_account(self, account_id: str) -> bool:
        """Whether the sign-up got as far as its evidence; without, the address must not be proved: sign up again."""
        try:
            self.accounts.get(account_id)
        except AccountNotFound:
            return False
        return True
