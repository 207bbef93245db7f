"""Accounts: one person's (or enterprise's) standing with us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from allmytracks.domain.errors import NotFound


class AccountStatus(StrEnum):
    """Where an account stands; only `active` may use the service."""

    UNVERIFIED = "unverified"
    AWAITING_GUARDIAN = "awaiting_guardian"
    ACTIVE = "active"
    FROZEN = "frozen"
    BANNED = "banned"
    CLOSED = "closed"


class AccountKind(StrEnum):
    """Whom an account serves; buying Business makes it an enterprise for good (U-II.III.1.4)."""

    INDIVIDUAL = "individual"
    ENTERPRISE = "enterprise"


class AccountNotFound(NotFound):
    """There is no such account."""

    code = "account_not_found"


@dataclass(frozen=True, slots=True)
class Account:
    """An account; `end_user` is set for good by the first licence or declared use (M-III.8.default)."""

    id: str
    email: str
    status: AccountStatus
    kind: AccountKind
    display_name: str | None
    country: str | None
    minor: bool
    created_at: datetime
    end_user: str | None = None
    guardian_email: str | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Evidence that a version of an agreement was accepted: when, and from which address (U-0.accept, M-0.accept)."""

    agreement: str
    version: str
    accepted_at: datetime
    source_ip: str
