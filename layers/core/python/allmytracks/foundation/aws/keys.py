"""Keys that several repositories share; without PynamoDB, for the download's hot path."""

from __future__ import annotations

ACCOUNT = "ACCOUNT#"
# The form of that key in declarations of records.
OF_ACCOUNT = f"{ACCOUNT}{{account}}"
# The account's own item in its partition.
PROFILE = "PROFILE"


def account_key(account_id: str) -> str:
    """The partition of everything that one account owns."""
    return f"{ACCOUNT}{account_id}"


def account_of_key(key: str) -> str:
    """The account that owns a partition."""
    return key.removeprefix(ACCOUNT)


def allowance_key(account_id: str) -> str:
    """An allowance's key in the counters table."""
    return f"ALLOWANCE#{account_id}"
