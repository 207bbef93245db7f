"""One more code for a pending sign-up (U-II.II.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from msgspec.structs import replace

from allmytracks.accounts.ports import Addresses
from allmytracks.accounts.rules_addresses import normal_email
from allmytracks.accounts.rules_sign_ups import (
    CODE_LIFETIME,
    FIRST_CODE_DIGITS,
    LATER_CODE_DIGITS,
    PendingSignUp,
    hash_of,
)
from allmytracks.accounts.use_cases import access_mails, sign_up_mails
from allmytracks.foundation.messages import Mail, Mailer
from allmytracks.foundation.throttling.rules import SIGN_UP_MAILS, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock, Ids


@dataclass(frozen=True)
class SendCodeAgain:
    """Sends the newest sign-up of an address another code, which replaces its first one.

    Makes the same calls whatever is on record of the address. Raises InvalidFields, LimitReached, Unavailable.
    """

    addresses: Addresses
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
        known = self.addresses.get(email, now)
        waiting = max(known.pending, key=lambda each: each.started_at, default=None)
        if known.owner is not None or waiting is None:
            nobody = self.ids.new("nobody")
            # The same write; it is expired, so that it is never read and DynamoDB drops it.
            ended = now - timedelta(seconds=1)
            self.addresses.hold(email, PendingSignUp(nobody, nobody, "", now, ended, ended, first=False, minor=False))
            mail = sign_up_mails.already_registered if known.owner is not None else access_mails.no_account
            self.mailer.send(mail(email, self.site_url, language))
            return
        self.mailer.send(self._renew(email, waiting, language))

    def _renew(self, email: str, waiting: PendingSignUp, language: str | None) -> Mail:
        code = self.ids.digits(FIRST_CODE_DIGITS if waiting.first else LATER_CODE_DIGITS)
        until = self.clock.now() + CODE_LIFETIME
        renewed = replace(
            waiting,
            code_hash=hash_of(code, waiting.account_id),
            code_until=until,
            kept_until=max(waiting.kept_until, until),
        )
        self.addresses.hold(email, renewed)
        return (sign_up_mails.first_code if waiting.first else sign_up_mails.later_code)(email, code, language)
