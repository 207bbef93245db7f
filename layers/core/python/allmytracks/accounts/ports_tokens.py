"""Tokens of members on routes that need none."""

from __future__ import annotations

from typing import Protocol


class MemberTokens(Protocol):
    """Checks members' tokens where the gateway does not: on routes that are open to everybody."""

    def account_of(self, token: str) -> str | None:
        """The account that a valid token was issued to, else None. Raises Unavailable."""
        ...
