"""Cognito's confirmation codes: six digits, one valid at a time, with a lifetime, and limits of wrong tries and
mails.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field

HOUR = 3600.0
MAX_TRIES_PER_HOUR = 5
MAX_CODES_PER_HOUR = 5


class CognitoError(Exception):
    """An error as Cognito returns it: `code` is its exception's name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class _State:
    code: str | None = None
    expires_at: float = 0.0
    issued: list[float] = field(default_factory=list)
    failed: list[float] = field(default_factory=list)


class Codes:
    """The codes of one purpose (confirming an account, resetting a password), by user id."""

    def __init__(self, lifetime_seconds: float) -> None:
        self._lifetime = lifetime_seconds
        self._states: dict[str, _State] = {}

    def issue(self, user_id: str) -> str:
        """A new code, which invalidates the previous one. Raises CognitoError LimitExceededException after too many."""
        now = time.time()
        state = self._states.setdefault(user_id, _State())
        state.issued = _recent(state.issued, now)
        if len(state.issued) >= MAX_CODES_PER_HOUR:
            raise _limit()
        state.issued.append(now)
        state.code = f"{secrets.randbelow(1_000_000):06d}"
        state.expires_at = now + self._lifetime
        return state.code

    def redeem(self, user_id: str, code: str) -> None:
        """Use the code up.

        Raises CognitoError: CodeMismatchException, ExpiredCodeException, or LimitExceededException after too many
        wrong ones within an hour (then for the right one too).
        """
        now = time.time()
        state = self._states.setdefault(user_id, _State())
        state.failed = _recent(state.failed, now)
        if len(state.failed) >= MAX_TRIES_PER_HOUR:
            raise _limit()
        if state.code is None or now >= state.expires_at:
            raise CognitoError("ExpiredCodeException", "Invalid code provided, please request a code again.")
        if not hmac.compare_digest(state.code.encode(), code.encode()):
            state.failed.append(now)
            raise CognitoError("CodeMismatchException", "Invalid verification code provided, please try again.")
        state.code = None


class Lockouts:
    """Wrong passwords: five are free, then each doubles a pause of one second, up to a quarter of an hour."""

    FREE, LONGEST_SECONDS = 5, 900.0

    def __init__(self) -> None:
        self._failures: dict[str, tuple[int, float]] = {}

    def check(self, user_id: str) -> None:
        """Raises CognitoError NotAuthorizedException during a pause."""
        _, until = self._failures.get(user_id, (0, 0.0))
        if time.time() < until:
            raise CognitoError("NotAuthorizedException", "Password attempts exceeded")

    def failed(self, user_id: str) -> None:
        """Count a wrong password."""
        count = self._failures.get(user_id, (0, 0.0))[0] + 1
        pause = min(2.0 ** (count - self.FREE), self.LONGEST_SECONDS) if count > self.FREE else 0.0
        self._failures[user_id] = (count, time.time() + pause)

    def succeeded(self, user_id: str) -> None:
        """Reset the count of wrong passwords."""
        self._failures.pop(user_id, None)


def _recent(times: list[float], now: float) -> list[float]:
    return [time_ for time_ in times if now - HOUR < time_ <= now]


def _limit() -> CognitoError:
    return CognitoError("LimitExceededException", "Attempt limit exceeded, please try after some time.")
