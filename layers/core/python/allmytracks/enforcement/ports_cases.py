"""Cases for operators."""

from __future__ import annotations

from typing import Protocol

from allmytracks.enforcement.rules_cases import Case, CaseStatus, Decision
from allmytracks.foundation.paging import Page


class Cases(Protocol):
    """The cases by their ids."""

    def open(self, case: Case) -> None:
        """Opens a case. One that is open already keeps its beginning and gets the newer evidence; a closed one stays
        as it is.
        """
        ...

    def get(self, case_id: str) -> Case:
        """The case. Raises CaseNotFound."""
        ...

    def page(self, status: CaseStatus, *, limit: int, cursor: str | None) -> Page[Case]:
        """Cases of one status, newest first; a change may show a moment later. Raises InvalidFields (cursor)."""
        ...

    def close(self, case_id: str, decision: Decision) -> Case:
        """Decides an open case; the same decision again changes nothing. Raises CaseNotFound, CaseClosed."""
        ...
