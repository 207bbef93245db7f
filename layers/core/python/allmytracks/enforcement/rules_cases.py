"""Cases: matters that an operator decides (M-III.5.fraud)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from allmytracks.foundation.errors import Conflict, NotFound


class CaseNotFound(NotFound):
    """There is no such case."""

    code = "case_not_found"


class CaseClosed(Conflict):
    """The case is decided already."""

    code = "case_closed"


class CaseStatus(StrEnum):
    """The status of a case."""

    OPEN = "open"
    CLOSED = "closed"


class CaseOutcome(StrEnum):
    """The outcome of a case."""

    UNFOUNDED = "unfounded"
    FOUNDED = "founded"


class Decision(Struct, frozen=True):
    """How a case ended: the outcome, why (a code of enforcement/rules_standings.py), by whom, when."""

    outcome: str
    reason: str
    operator: str
    at: datetime


class Case(Struct, frozen=True):
    """One matter of one account; there is one of each kind a day (UTC).

    `evidence` holds counts and ids, no personal data.
    """

    id: str
    account_id: str
    kind: str
    opened_at: datetime
    evidence: Mapping[str, object]
    decision: Decision | None = None

    @property
    def status(self) -> CaseStatus:
        return CaseStatus.CLOSED if self.decision else CaseStatus.OPEN


def new_case(account_id: str, kind: str, at: datetime, evidence: Mapping[str, object]) -> Case:
    """The case of this account, kind and day, with a deterministic id."""
    named = f"{account_id}\0{kind}\0{at:%Y-%m-%d}"
    return Case(f"case_{hashlib.sha256(named.encode()).hexdigest()[:20]}", account_id, kind, at, evidence)
