"""Operators read cases and decide them (M-III.5.fraud)."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules import AccountStatus
from allmytracks.accounts.rules_reasons import AGAINST, IN_FAVOUR, Reason, require_reason
from allmytracks.accounts.rules_states import Restriction
from allmytracks.enforcement.ports_cases import Cases
from allmytracks.enforcement.ports_standings import Standings
from allmytracks.enforcement.rules_cases import Case, CaseOutcome, CaseStatus, Decision
from allmytracks.foundation.audit.rules import Operator
from allmytracks.foundation.audit.use_cases import Audit
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock


class CaseFile(Struct, frozen=True):
    """A case, and its account's standing now."""

    case: Case
    account_status: AccountStatus
    restriction: Restriction | None


@dataclass(frozen=True)
class DecideCase:
    """Raises CaseNotFound, CaseClosed, InvalidFields (cursor, a reason of another outcome), AccountNotFound,
    Unavailable.
    """

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
        """Closes it. Measures on the account are separate acts."""
        self.cases.get(case_id)
        require_reason(reason, IN_FAVOUR if outcome is CaseOutcome.UNFOUNDED else AGAINST)
        self.audit(operator, f"case_closed_{outcome}", case_id, reason)
        decision = Decision(outcome.value, reason.value, operator.arn, self.clock.now())
        return self._file(self.cases.close(case_id, decision))

    def _file(self, case: Case) -> CaseFile:
        account = self.accounts.get(case.account_id)
        return CaseFile(case, account.status, self.standings.restriction(account.id))
