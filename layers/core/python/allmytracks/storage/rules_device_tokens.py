"""Tokens of devices: which device one names, and whether it is that device's (S-1.devices)."""

from __future__ import annotations

import hashlib
import hmac
import re

# Names account and device, so that it is found by one read; the rest is an unguessable id.
_TOKEN = re.compile(r"dvt\.([A-Za-z0-9_-]{1,64})\.(dev_[0-9a-f]{26})\.[A-Za-z0-9]{26}")


def token_of(account_id: str, device_id: str, unguessable: str) -> str:
    """A token of a device; `unguessable` are 26 letters and digits."""
    return f"dvt.{account_id}.{device_id}.{unguessable}"


def read_token(token: str) -> tuple[str, str] | None:
    """The account and device that it names, which proves nothing yet; None where it is no token."""
    found = _TOKEN.fullmatch(token)
    return None if found is None else (found.group(1), found.group(2))


def token_hash(token: str) -> str:
    """What is stored of it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def is_token_of(token: str, stored: str | None) -> bool:
    """Whether it is the token that is stored, compared in constant time."""
    return stored is not None and hmac.compare_digest(token_hash(token), stored)
