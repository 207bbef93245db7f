"""Request and response bodies of the operators' routes for cases and measures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from allmytracks.accounts.rules_reasons import Reason
from allmytracks.enforcement.rules_cases import Case, CaseOutcome, CaseStatus
from allmytracks.enforcement.rules_standings import MeasureKind
from allmytracks.enforcement.use_cases.decide_case import CaseFile
from allmytracks.enforcement.use_cases.take_measure import Standing
from allmytracks.foundation.instants import rfc3339


class CasesQuery(msgspec.Struct):
    """Which page of which cases."""

    status: CaseStatus = CaseStatus.OPEN
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 50
    cursor: str | None = None


class DecisionForm(msgspec.Struct):
    """The decision of a case."""

    outcome: CaseOutcome
    reason: Reason


class MeasureForm(msgspec.Struct):
    """What to do to an account; `until` (with its zone) belongs to restrict and extend."""

    measure: MeasureKind
    reason: Reason
    until: datetime | None = None


class GuardianForm(msgspec.Struct):
    """The address of a minor's guardian, who is written to."""

    guardian_email: str


class CorrectionForm(msgspec.Struct):
    """Which particulars a member has to correct, and until when (with its zone)."""

    fields: list[str]
    until: datetime


class TextForm(msgspec.Struct):
    """Which text of an account breaks the rules; with `until` (with its zone) it is to be changed, else taken off."""

    field: str
    reason: Reason
    until: datetime | None = None


class WaitingAnswer(msgspec.Struct):
    """The status of an account after an act on it."""

    account_id: str
    status: str


class StandingAnswer(msgspec.Struct):
    """An account's standing."""

    account_id: str
    status: str
    restricted_until: str | None
    restriction: str | None


class CaseAnswer(msgspec.Struct):
    """One case; `evidence` holds the counts that opened it."""

    case_id: str
    account_id: str
    kind: str
    status: str
    opened_at: str
    evidence: dict[str, object]
    outcome: str | None
    reason: str | None
    closed_by: str | None
    closed_at: str | None


class CaseFileAnswer(CaseAnswer):
    """One case with its account's standing."""

    account_status: str
    restricted_until: str | None
    restriction: str | None


class CasesAnswer(msgspec.Struct):
    """One page of cases, newest first."""

    items: list[CaseAnswer]
    next_cursor: str | None


def case_answer(case: Case) -> CaseAnswer:
    """A case in a list."""
    decision = case.decision
    return CaseAnswer(
        case_id=case.id,
        account_id=case.account_id,
        kind=case.kind,
        status=case.status.value,
        opened_at=rfc3339(case.opened_at),
        evidence=dict(case.evidence),
        outcome=decision.outcome if decision else None,
        reason=decision.reason if decision else None,
        closed_by=decision.operator if decision else None,
        closed_at=rfc3339(decision.at) if decision else None,
    )


def case_file_answer(file: CaseFile) -> CaseFileAnswer:
    """A case with its account's standing."""
    standing = standing_answer(file.case.account_id, Standing(file.account_status, file.restriction))
    return CaseFileAnswer(
        **msgspec.structs.asdict(case_answer(file.case)),
        account_status=standing.status,
        restricted_until=standing.restricted_until,
        restriction=standing.restriction,
    )


def standing_answer(account_id: str, standing: Standing) -> StandingAnswer:
    """An account's standing."""
    restriction = standing.restriction
    return StandingAnswer(
        account_id=account_id,
        status=standing.status.value,
        restricted_until=rfc3339(restriction.until) if restriction else None,
        restriction=restriction.reason if restriction else None,
    )
