"""Codes that are sent to a proved address, each for one purpose."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from enum import StrEnum

CODE_DIGITS = 6
CODE_LIFETIME = timedelta(hours=1)


class CodePurpose(StrEnum):
    """What a code is for."""

    PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose, no password
    FREEZE = "freeze"
    SIGN_IN = "sign_in"


def hash_of_code(code: str, email: str, purpose: CodePurpose) -> str:
    """The stored hash of a code."""
    return hashlib.sha256(f"{purpose}:{email}:{code}".encode(errors="replace")).hexdigest()


def is_right(code: str, email: str, purpose: CodePurpose, kept: str | None) -> bool:
    """Whether a code is the stored one; the same work is done where there is none."""
    return hmac.compare_digest(hash_of_code(code, email, purpose), kept or "")
