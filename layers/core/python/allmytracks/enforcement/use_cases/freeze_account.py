"""A member freezes the account that somebody else may use (U-II.II.2)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.events import AccountFrozenByMember
from allmytracks.accounts.ports import Accounts, IdentityProvider
from allmytracks.accounts.ports_sessions import EmailedCodes
from allmytracks.accounts.rules_codes import CODE_DIGITS, CODE_LIFETIME, CodePurpose, hash_of_code, is_right
from allmytracks.accounts.rules_sign_ups import wrong_code
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.accounts.use_cases import access_mails
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events, Mailer
from allmytracks.foundation.throttling.rules import RESET_TRIES, SIGN_UP_MAILS, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock, Ids

PURPOSE = CodePurpose.FREEZE


@dataclass(frozen=True)
class AskFreezeCode:
    """Sends the code that replaces a recent sign-in. Raises AccountFrozen, LimitReached, Unavailable."""

    accounts: Accounts
    codes: EmailedCodes
    mailer: Mailer
    throttle: Throttle
    clock: Clock
    ids: Ids

    def __call__(self, account_id: str) -> None:
        account = self.accounts.get(account_id)
        require_status(account, Act.FREEZE)
        self.throttle.count(SIGN_UP_MAILS, subject_of(account.email))
        code = self.ids.digits(CODE_DIGITS)
        until = self.clock.now() + CODE_LIFETIME
        self.codes.put(account.email, PURPOSE, hash_of_code(code, account.email, PURPOSE), until)
        self.mailer.send(access_mails.freeze_code(account.email, code, account.language))


@dataclass(frozen=True)
class FreezeAccount:
    """Freezes the account and ends all its sessions in one write. Idempotent.

    Raises WrongCode, AccountFrozen (banned or closed), CannotBeFrozen, LimitReached, Unavailable.
    """

    accounts: Accounts
    standings: Standings
    identity: IdentityProvider
    codes: EmailedCodes
    events: Events
    throttle: Throttle
    clock: Clock

    def __call__(self, account_id: str, user_name: str, code: str | None) -> None:
        """`code` replaces a recent sign-in; None where there was one."""
        account = self.accounts.get(account_id)
        require_status(account, Act.FREEZE)
        if code is not None:
            self.throttle.count(RESET_TRIES, subject_of(account_id))
            if not is_right(code, account.email, PURPOSE, self.codes.get(account.email, PURPOSE, self.clock.now())):
                raise wrong_code()
        since = self.standings.freeze(account_id, self.clock.now())
        self.identity.sign_out(user_name)
        self.events.publish([AccountFrozenByMember(account_id, rfc3339(since))])
