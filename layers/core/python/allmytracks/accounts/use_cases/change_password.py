"""Changing the password of a session's own account (U-II.III.2.3)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.events import PasswordChanged
from allmytracks.accounts.ports import Accounts, IdentityProvider
from allmytracks.accounts.ports_sessions import Sessions
from allmytracks.accounts.rules import WrongCredentials
from allmytracks.accounts.rules_passwords import require_strong
from allmytracks.accounts.rules_sessions import EndOfSessions, is_open
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.foundation.errors import FieldProblem, FieldProblems, InvalidFields, Unauthenticated
from allmytracks.foundation.instants import rfc3339
from allmytracks.foundation.messages import Events
from allmytracks.foundation.throttling.rules import PASSWORD_TRIES, subject_of
from allmytracks.foundation.throttling.use_cases import Throttle
from allmytracks.foundation.time_and_ids import Clock


class Caller(Struct, frozen=True):
    """The caller: account, user at the identity service, and session of the token."""

    account_id: str
    user_name: str
    session_id: str


@dataclass(frozen=True)
class ChangePassword:
    """Sets a new password and ends every other session.

    Raises InvalidFields (`wrong_password`, `weak_password`), Unauthenticated (the session ended), AccountFrozen,
    LimitReached, Unavailable. A retry after a crash at any point completes the change.
    """

    identity: IdentityProvider
    accounts: Accounts
    sessions: Sessions
    events: Events
    throttle: Throttle
    clock: Clock

    def __call__(self, caller: Caller, current_password: str, new_password: str) -> None:
        account = self.accounts.get(caller.account_id)
        require_status(account, Act.PARTICULARS)
        session = self.sessions.get(caller.account_id, caller.session_id)
        if session is None or not is_open(session, account, self.clock.now()):
            raise Unauthenticated("This session has ended; sign in again.")
        attempt = self.throttle.count(PASSWORD_TRIES, subject_of(caller.account_id))
        problems, strong = FieldProblems(), False
        with problems.gathered():
            require_strong("new_password", new_password)
            strong = True
        with problems.gathered():
            # The new password is set already by an earlier request that did not complete.
            if not self._is(caller, current_password) and not (strong and self._is(caller, new_password)):
                message = "This is not your password."
                raise InvalidFields([FieldProblem("current_password", "wrong_password", message)])
        problems.raise_found()
        self.throttle.give_back(attempt)
        self.identity.set_password(caller.user_name, new_password)
        now = self.clock.now()
        self.sessions.end(caller.account_id, now, EndOfSessions.PASSWORD_CHANGED, keep=caller.session_id)
        self.events.publish([PasswordChanged(caller.account_id, rfc3339(now))])

    def _is(self, caller: Caller, password: str) -> bool:
        try:
            self.identity.sign_in(caller.user_name, password)
        except WrongCredentials:
            return False
        return True
