"""Operators read cases and decide them (M-III.5.fraud)."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.domain.accounts import AccountStatus
from allmytracks.domain.cases import Case, CaseOutcome, CaseStatus, Decision
from allmytracks.domain.operators import Operator
from allmytracks.domain.standings import Reason, Restriction
from allmytracks.ports.accounts import Accounts
from allmytracks.ports.cases import Cases
from allmytracks.ports.downloads import Page
from allmytracks.ports.standings import Standings
from allmytracks.ports.time_and_ids import Clock
from allmytracks.services.audited import Audit


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case, and where its account stands now."""

    case: Case
    account_status: AccountStatus
    restriction: Restriction | None


@dataclass(frozen=True)
class DecideCase:
    """Raises CaseNotFound, CaseClosed, InvalidFields (cursor), AccountNotFound, Unavailable."""

    cases: Cases
    accounts: Accounts
    standings: Standings
    audit: Audit
    clock: Clock

    def page(self, status: CaseStatus, operator: Operator, *, limit: int, cursor: str | None) -> Page[Case]:
        """Cases of one status, newest first."""
        self.audit(operator, "cases_listed", status)
        return self.cases.page(status, limit=limit, cursor=cursor)

    def get(self, case_id: str, operator: Operator) -> CaseFile:
        """One case with its account's standing."""
        self.audit(operator, "case_looked_up", case_id)
        return self._file(self.cases.get(case_id))

    def __call__(self, case_id: str, outcome: CaseOutcome, reason: Reason, operator: Operator) -> CaseFile:
        """Closes it. What is done to the account is a measure of its own."""
        self.cases.get(case_id)
        self.audit(operator, f"case_closed_{outcome}", case_id, reason)
        decision = Decision(outcome.value, reason.value, operator.arn, self.clock.now())
        return self._file(self.cases.close(case_id, decision))

    def _file(self, case: Case) -> CaseFile:
        account = self.accounts.get(case.account_id)
        return CaseFile(case, account.status, self.standings.restriction(account.id))
