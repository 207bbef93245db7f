"""The blocks to closing an account (S-6.2, S-6.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from allmytracks.accounts.rules import Account, AccountStatus

CLOSABLE_AFTER = timedelta(days=7)


class RefusalReason(StrEnum):
    """Why an operator refuses an application."""

    BLOCKED = "closing_blocked"
    OWNER_IN_DOUBT = "owner_in_doubt"
    INVESTIGATION = "investigation"


class Block(Struct, frozen=True):
    """One reason why an account cannot be closed now: until when, if it ends by itself, and what it is about."""

    code: str
    detail: str
    until: datetime | None = None
    reference: str | None = None


def blocks_of_account(account: Account, now: datetime) -> list[Block]:
    """What the account itself has against it: it is too young, or its ownership is in dispute."""
    blocks = []
    closable_at = (account.activated_at or account.created_at) + CLOSABLE_AFTER
    if now < closable_at:
        text = f"An account can be closed once it has been active for {CLOSABLE_AFTER.days} days."
        blocks.append(Block("account_too_young", text, until=closable_at))
    if account.status is AccountStatus.FROZEN:
        blocks.append(ownership_disputed("The account is frozen until it is clear who owns it."))
    return blocks


def ownership_disputed(detail: str, reference: str | None = None) -> Block:
    """The block of a dispute about who owns the account (S-6.2)."""
    return Block("ownership_disputed", detail, reference=reference)


def reset_pending() -> Block:
    """The block of a password reset whose code is still valid (S-6.3)."""
    text = "A password reset was asked for. Enter its code, or wait an hour until the code is no longer valid."
    return Block("password_reset_pending", text)
