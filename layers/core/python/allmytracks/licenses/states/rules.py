"""The states of an issued licence: new facts beside it, never a change of it (design, 6.3)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import Conflict


class LicenseStatus(StrEnum):
    """The status of a licence in verifications."""

    VALID = "valid"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class RevocationReason(StrEnum):
    """Why a licence is revoked; the list is closed (M-III.5.revoke, M-III.10).

    `payment_returned` is of special licences alone: what was paid for just that licence went back (M-II.8).
    """

    IMPERSONATION = "impersonation"
    ROBOT_PURCHASE = "robot_purchase"
    OUTSIDE_PURCHASE = "outside_purchase"
    UNTRUE_DATA = "untrue_data"
    OUT_OF_SCOPE_USE = "out_of_scope_use"
    PAYMENT_RETURNED = "payment_returned"


class SupersessionReason(StrEnum):
    """The clerical mistake in a name that another letter corrects (M-III.8.apply)."""

    MISSPELT_NAME = "misspelt_name"
    INCOMPLETE_NAME = "incomplete_name"
    WRONG_SCRIPT = "wrong_script"


class AlreadyRevoked(Conflict):
    """The licence is revoked, and a revoked one has no successor."""

    code = "license_revoked"


class AlreadySuperseded(Conflict):
    """Another letter has superseded this licence already."""

    code = "license_superseded"


class Revocation(Struct, frozen=True):
    """A licence fails verification from `revoked_at` on (M-III.5.revoke).

    `run` is the instant at which a revocation of many licences of one account began, to which this one belongs.
    """

    revoked_at: datetime
    reason: RevocationReason
    run: datetime | None = None


class Supersession(Struct, frozen=True):
    """The letter with the number `superseded_by` supersedes this one."""

    superseded_at: datetime
    superseded_by: str
    reason: SupersessionReason


class LicenseState(Struct, frozen=True):
    """The later facts about a licence; a revocation outweighs all else."""

    revocation: Revocation | None = None
    supersession: Supersession | None = None

    @property
    def status(self) -> LicenseStatus:
        if self.revocation is not None:
            return LicenseStatus.REVOKED
        return LicenseStatus.VALID if self.supersession is None else LicenseStatus.SUPERSEDED

    @property
    def revoked_at(self) -> datetime | None:
        return self.revocation.revoked_at if self.revocation else None

    @property
    def superseded_by(self) -> str | None:
        return self.supersession.superseded_by if self.supersession else None


class StateChange(Struct, frozen=True):
    """One later fact about a licence, with the licence's number."""

    number: str
    fact: Revocation | Supersession

    @property
    def at(self) -> datetime:
        return self.fact.revoked_at if isinstance(self.fact, Revocation) else self.fact.superseded_at
