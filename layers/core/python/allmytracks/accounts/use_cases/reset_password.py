"""Forgotten passwords: a code to the proved address, then a new password (U-II.II.1).

Neither the response nor the calls made reveal whether an address has an account.
"""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.events import PasswordReset
from allmytracks.accounts.ports import Addresses, IdentityProvider
from allmytracks.accounts.ports_sessions import EmailedCodes, Sessions
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.accounts.rules_codes import CODE_DIGITS, CODE_LIFETIME, CodePurpose, hash_of_code, is_right
from allmytracks.accounts.rules_passwords import require_strong
from allmytracks.accounts.rules_sessions import EndOfSessions
from allmytracks.accounts.rules_sign_ups import wrong_code
from allmytracks.accounts.use_cases import access_mails
from allmytracks.foundation.errors import FieldProblems
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events, Mailer
from allmytracks.foundation.throttling.rules import RESET_TRIES, SIGN_UP_MAILS, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock, Ids

PURPOSE = CodePurpose.PASSWORD_RESET


@dataclass(frozen=True)
class AskPasswordReset:
    """Sends a code. Raises InvalidFields, LimitReached, Unavailable."""

    addresses: Addresses
    codes: EmailedCodes
    mailer: Mailer
    throttle: Throttle
    clock: Clock
    ids: Ids
    site_url: str

    def __call__(self, email: str, language: str | None = None) -> None:
        """`language` is a tag (BCP 47)."""
        email = normal_email("email", email)
        self.throttle.count(SIGN_UP_MAILS, subject_of(email))
        now = self.clock.now()
        owner = self.addresses.get(email, now).owner
        code = self.ids.digits(CODE_DIGITS)
        # For an unproved address an expired code: the same write.
        until = now if owner is None else now + CODE_LIFETIME
        self.codes.put(email, PURPOSE, hash_of_code(code, email, PURPOSE), until)
        if owner is None:
            self.mailer.send(access_mails.no_account(email, self.site_url, language))
        else:
            self.mailer.send(access_mails.reset_code(email, code, language))


@dataclass(frozen=True)
class ResetPassword:
    """Sets a new password by a code and ends all sessions. Raises WrongCode, InvalidFields, LimitReached, Unavailable.

    A retry after a crash at any point completes the reset: the code is removed last.
    """

    identity: IdentityProvider
    addresses: Addresses
    sessions: Sessions
    codes: EmailedCodes
    events: Events
    throttle: Throttle
    clock: Clock

    def __call__(self, email: str, code: str, new_password: str) -> None:
        problems = FieldProblems()
        with problems.gathered():
            email = normal_email("email", email)
        with problems.gathered():
            require_strong("new_password", new_password)
        problems.raise_found()
        self.throttle.count(RESET_TRIES, subject_of(email))
        now = self.clock.now()
        kept = self.codes.get(email, PURPOSE, now)
        if not is_right(code, email, PURPOSE, kept) or kept is None:
            raise wrong_code()
        owner = self.addresses.get(email, now).owner
        if owner is None:
            raise wrong_code()
        self.identity.set_password(owner.user_name, new_password)
        self.identity.sign_out(owner.user_name)
        now = self.clock.now()
        self.sessions.end(owner.account_id, now, EndOfSessions.PASSWORD_RESET)
        self.events.publish([PasswordReset(owner.account_id, rfc3339(now))])
        self.codes.drop(email, PURPOSE, kept)
