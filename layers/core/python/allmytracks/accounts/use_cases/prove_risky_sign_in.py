"""A risky sign-in is proved by a code that is sent to the account's address, and so told to the member (P-8.risk)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports_sessions import EmailedCodes, Sessions
from allmytracks.accounts.rules import Account
from allmytracks.accounts.rules_codes import CODE_DIGITS, CODE_LIFETIME, CodePurpose, hash_of_code, is_right
from allmytracks.accounts.rules_risks import SignInCodeRequired, is_risky
from allmytracks.accounts.rules_sign_ups import wrong_code
from allmytracks.accounts.use_cases import access_mails
from allmytracks.foundation.messages import Mailer
from allmytracks.foundation.throttling.rules import SIGN_IN_CODES, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock, Ids

PURPOSE = CodePurpose.SIGN_IN


class Origin(Struct, frozen=True):
    """Where a sign-in comes from, and the failures of the same client at the same address before."""

    network: str
    device: str
    failures: int


@dataclass(frozen=True)
class ProveRiskySignIn:
    """Raises SignInCodeRequired, WrongCode, LimitReached, Unavailable."""

    sessions: Sessions
    codes: EmailedCodes
    mailer: Mailer
    throttle: Throttle
    clock: Clock
    ids: Ids

    def __call__(self, account: Account, origin: Origin, code: str | None) -> None:
        """Passes where the sign-in is not risky, or `code` is the one that was sent; without one, sends it."""
        now = self.clock.now()
        known = self.sessions.of(account.id)
        if not is_risky(account, known, origin.network, origin.device, origin.failures, now):
            return
        # Mails and guesses together.
        self.throttle.count(SIGN_IN_CODES, subject_of(account.email))
        if code is None:
            fresh = self.ids.digits(CODE_DIGITS)
            self.codes.put(account.email, PURPOSE, hash_of_code(fresh, account.email, PURPOSE), now + CODE_LIFETIME)
            mail = access_mails.sign_in_code(account.email, fresh, origin.network, origin.device, account.language)
            self.mailer.send(mail)
            raise SignInCodeRequired("Enter the code that was sent to your e-mail address, with the password again.")
        kept = self.codes.get(account.email, PURPOSE, now)
        if kept is None or not is_right(code, account.email, PURPOSE, kept):
            raise wrong_code()
        self.codes.drop(account.email, PURPOSE, kept)
