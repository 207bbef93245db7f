"""Links that stop offers by mail, without signing in (RFC 8058): the account, and a code under our key."""

from __future__ import annotations

import hashlib
import hmac

from allmytracks.foundation.errors import NotFound

PURPOSE = b"unsubscribe"


class UnsubscribingLinkUnknown(NotFound):
    """The link is incomplete or not one of ours."""

    code = "unsubscribing_link_unknown"


def unsubscribing_token(account_id: str, key: str) -> str:
    """The token of an account's links; it opens nothing else and does not expire."""
    return f"{account_id}.{_code(account_id, key)}"


def account_of(token: str, key: str) -> str:
    """The account of a token. Raises UnsubscribingLinkUnknown."""
    account_id, _, code = token.rpartition(".")
    if not account_id or not hmac.compare_digest(code.encode(), _code(account_id, key).encode()):
        raise UnsubscribingLinkUnknown("This link is incomplete. Sign in to stop our offers in your settings.")
    return account_id


def _code(account_id: str, key: str) -> str:
    return hmac.new(key.encode(), PURPOSE + b"\n" + account_id.encode(), hashlib.sha256).hexdigest()[:40]
