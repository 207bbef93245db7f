"""Cases for operators to decide."""

from __future__ import annotations

from typing import Protocol

from allmytracks.enforcement.rules_cases import Case, CaseStatus, Decision
from allmytracks.foundation.paging import Page


class Cases(Protocol):
    """The cases by their ids."""

    def open(self, case: Case) -> None:
        """Opens a case. An open one keeps its opening time and gets the newer evidence; a closed one is unchanged."""
        ...

    def get(self, case_id: str) -> Case:
        """The case. Raises CaseNotFound."""
        ...

    def page(self, status: CaseStatus, *, limit: int, cursor: str | None) -> Page[Case]:
        """Cases of one status, newest first; eventually consistent. Raises InvalidFields (cursor)."""
        ...

    def close(self, case_id: str, decision: Decision) -> Case:
        """Decides an open case. Idempotent. Raises CaseNotFound, CaseClosed."""
        ...
