"""Accounts: one for each person or enterprise."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.accounts.rules_end_users import EndUsers, Respelling
from allmytracks.foundation.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    Unauthenticated,
)


class AccountStatus(StrEnum):
    """The status of an account; only `active` may use the service."""

    UNVERIFIED = "unverified"
    AWAITING_GUARDIAN = "awaiting_guardian"
    ACTIVE = "active"
    FROZEN = "frozen"
    SUSPENDED = "suspended"
    BANNED = "banned"
    CLOSING = "closing"
    CLOSED = "closed"


class AccountKind(StrEnum):
    """Whom an account serves; buying Business makes it an enterprise for good (U-II.III.1.4)."""

    INDIVIDUAL = "individual"
    ENTERPRISE = "enterprise"


class AccountNotFound(NotFound):
    """There is no such account."""

    code = "account_not_found"


class AccountNotVerified(Forbidden):
    """The address was not proved yet (U-II.II.1)."""

    code = "account_not_verified"


class GuardianConsentRequired(Forbidden):
    """A minor's account waits for the guardian's consent (M-0.minor, U-II.I)."""

    code = "guardian_consent_required"


class AccountFrozen(Forbidden):
    """The account was frozen, suspended, banned or closed (U-II.II.2, M-III.10, S-6.1)."""

    code = "account_frozen"


class NotAnEnterprise(Conflict):
    """Individuals are their own end user; only an enterprise may have more than one (M-III.6.1)."""

    code = "not_an_enterprise"


class WrongCode(Invalid):
    """The code belongs to no pending sign-up of this address, or has expired."""

    code = "wrong_code"


class WrongCredentials(Unauthenticated):
    """Address and password, or the refresh token, are wrong."""

    code = "wrong_credentials"


class Account(Struct, frozen=True):
    """An account; `end_user` is set for good by the first licence or declared use (M-III.8.default).

    `further_users` are Designated Users beside it whom an operator authorised (M-III.6.1), `respellings` the
    corrections of names on its documents (M-III.8.apply). `kind` is the kind that it was opened as; `kind_at` gives the
    kind at an instant. Sessions that began before `sessions_from` have ended, for the reason `sessions_ended_by`,
    except `kept_session`. From `nickname` to `language` are optional particulars (P-3.profile); `birthday` is a date
    (ISO 8601), `language` a tag (BCP 47). Each change of particulars counts `revision` up. `activated_at`: when it
    became `active` for the first time; `last_used_at`: its last use, exact to a day; `suspended_for`: the reason of a
    suspension that runs. `not_named`: its name, trademark and logo are not used for publicity (M-VII.2.name).
    """

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
    further_users: frozenset[str] = frozenset()
    respellings: tuple[Respelling, ...] = ()
    enterprise_from: datetime | None = None
    sessions_from: datetime | None = None
    sessions_ended_by: str | None = None
    kept_session: str | None = None
    nickname: str | None = None
    occupation: str | None = None
    signature: str | None = None
    gender: str | None = None
    birthday: str | None = None
    region: str | None = None
    education: str | None = None
    profile: str | None = None
    language: str | None = None
    revision: int = 0
    activated_at: datetime | None = None
    last_used_at: datetime | None = None
    suspended_for: str | None = None
    not_named: bool = False

    def kind_at(self, now: datetime) -> AccountKind:
        """The kind at an instant: an enterprise from the start of its first Business period on, permanently."""
        begun = self.enterprise_from is not None and self.enterprise_from <= now
        return AccountKind.ENTERPRISE if begun else self.kind

    @property
    def is_to_be_enterprise(self) -> bool:
        """Whether it is an enterprise's, or will be when a Business period that was paid for begins."""
        return self.kind is AccountKind.ENTERPRISE or self.enterprise_from is not None

    @property
    def end_users(self) -> EndUsers:
        return EndUsers(self.end_user, self.further_users, self.respellings)


class Acceptance(Struct, frozen=True):
    """Evidence that a version of an agreement was accepted: when, and from which address (U-0.accept, M-0.accept).

    `by_use` where the member went on using the service after the version was published (U-I.3).
    """

    agreement: str
    version: str
    accepted_at: datetime
    source_ip: str
    by_use: bool = False


def stale() -> PreconditionFailed:
    """The refusal of a change based on older particulars."""
    return PreconditionFailed("The account changed since you read it. Read it again and repeat your change.")
