"""A guardian's consent by a single-use link (U-II.I, M-0.minor)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts, Addresses, GuardianConsents
from allmytracks.accounts.rules import AccountStatus
from allmytracks.foundation.errors import Invalid
from allmytracks.foundation.time_and_ids import Clock


class ConsentLinkInvalid(Invalid):
    """The link is unknown, was used, or is too old."""

    code = "consent_link_invalid"


@dataclass(frozen=True)
class ConsentAsGuardian:
    """Activates a minor's account. Raises ConsentLinkInvalid, Unavailable."""

    guardian_consents: GuardianConsents
    accounts: Accounts
    addresses: Addresses
    clock: Clock

    def __call__(self, token: str) -> None:
        now = self.clock.now()
        account_id = self.guardian_consents.redeem(token, now)
        if account_id is None:
            raise ConsentLinkInvalid(
                "This link is not valid any more. Whoever signed up can sign in and have another one sent; "
                "where the address was not proved yet, sign up again."
            )
        account = self.accounts.get(account_id)
        owner = self.addresses.get(account.email, now).owner
        # With a concurrent proof of the address the account may stay unverified; the next sign-in repairs that.
        status = (
            AccountStatus.ACTIVE if owner is not None and owner.account_id == account_id else AccountStatus.UNVERIFIED
        )
        self.accounts.set_status(account_id, status, expected=AccountStatus.AWAITING_GUARDIAN)
