"""Sign-ins that need a code by e-mail as well (P-8.risk)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from allmytracks.accounts.rules import Account
from allmytracks.accounts.rules_sessions import EndOfSessions, Session
from allmytracks.foundation.errors import Forbidden

CHANGED_JUST_BEFORE = timedelta(days=1)
# Of the same client and address within a window of SIGN_IN_FAILURES, the last of five tries included.
MANY_FAILURES = 3
_NEW_PASSWORD = frozenset({EndOfSessions.PASSWORD_CHANGED, EndOfSessions.PASSWORD_RESET})


class SignInCodeRequired(Forbidden):
    """The password is right; the code that was sent to the account's address is needed too."""

    code = "sign_in_code_required"


def is_risky(
    account: Account, known: Sequence[Session], network: str, device: str, failures: int, now: datetime
) -> bool:
    """Whether a right password is not enough.

    So it is from a network or with a device of none of the sessions that are `known`, of the last 30 days, together
    with a password that was changed or reset within a day, or with several failures before. An account without
    sessions knows neither.
    """
    unfamiliar = bool(known) and not (
        any(each.network == network for each in known) and any(each.device == device for each in known)
    )
    since = account.sessions_from
    changed = since is not None and account.sessions_ended_by in _NEW_PASSWORD and now - since < CHANGED_JUST_BEFORE
    return unfamiliar and (changed or failures >= MANY_FAILURES)
