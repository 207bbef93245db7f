"""Proving an address by the code that was sent to it (U-II.II.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allmytracks.accounts.ports import Accounts, Addresses, IdentityProvider
from allmytracks.accounts.ports_deadlines import Deadlines
from allmytracks.accounts.ports_embargoes import Embargoes
from allmytracks.accounts.rules import Account, AccountStatus, WrongCredentials
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.accounts.rules_deadlines import Deadline, DeadlineKind, first_warning
from allmytracks.accounts.rules_sign_ups import CONSENT_DAYS, Owner, PendingSignUp, wrong_code
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.throttling.rules import CODE_TRIES, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock

# A guardian's consent can come between the read and the write, once.
TRIES = 3


@dataclass(frozen=True)
class VerifyAccount:
    """Makes the sign-up that the code was sent for the owner of its address; the address's other sign-ups are dropped.

    Raises WrongCode, SignedUpAsMinor, InvalidFields, LimitReached, Unavailable.
    """

    identity: IdentityProvider
    accounts: Accounts
    addresses: Addresses
    embargoes: Embargoes
    deadlines: Deadlines
    throttle: Throttle
    clock: Clock

    def __call__(self, email: str, code: str, password: str | None = None) -> None:
        email = normal_email("email", email)
        self.throttle.count(CODE_TRIES, subject_of(email))
        now = self.clock.now()
        known = self.addresses.get(email, now)
        if self.embargoes.until(email, now) is not None:  # S-6.5; no code was sent to it
            raise wrong_code()
        proved = known.proved_by(code, password, now)
        # Confirmed before it owns the address: a crash in between leaves only a user that no sign-in reaches.
        self.identity.confirm(proved.user_name)
        if not proved.first and password is not None:
            self._require_password(proved, password)
        put_deadlines(self.accounts.get(proved.account_id), self.deadlines, now)
        self._prove(email, proved)
        for each in known.pending:
            self._end(email, each, discard=each is not proved)

    def _require_password(self, proved: PendingSignUp, password: str) -> None:
        try:
            self.identity.sign_in(proved.user_name, password)
        except WrongCredentials:
            raise wrong_code() from None

    def _prove(self, email: str, proved: PendingSignUp) -> None:
        owner = Owner(proved.account_id, proved.user_name)
        for _ in range(TRIES):
            before = self.accounts.get(proved.account_id).status
            after = AccountStatus.ACTIVE if before is AccountStatus.UNVERIFIED else before
            if self.addresses.prove(email, owner, after, expected=before, now=self.clock.now()):
                return
            now_owned = self.addresses.get(email, self.clock.now()).owner
            if now_owned is not None and now_owned != owner:
                raise wrong_code()
        raise Unavailable

    def _end(self, email: str, sign_up: PendingSignUp, *, discard: bool) -> None:
        """Drops the other sign-ups. Best effort: leftovers can prove nothing and expire."""
        try:
            if discard:
                self.identity.discard(sign_up.user_name)
            self.addresses.drop(email, sign_up)
        except Unavailable:
            return


def put_deadlines(account: Account, deadlines: Deadlines, now: datetime) -> None:
    """For a use of the account, and for the guardian; before the proof, so that no crash leaves it without."""
    deadlines.put(first_warning(account.id, now))
    if account.status is AccountStatus.AWAITING_GUARDIAN:
        until = account.created_at + timedelta(days=CONSENT_DAYS)
        deadlines.put(Deadline(account.id, DeadlineKind.GUARDIAN, until))
