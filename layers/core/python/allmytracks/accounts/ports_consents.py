"""What accounts decided on optional consents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from allmytracks.accounts.rules_consents import ConsentDecision


class ConsentDecisions(Protocol):
    """The last decision on each consent, and the history of all (P-15.consent)."""

    def current(self, account_id: str) -> Sequence[ConsentDecision]:
        """The last decision on each consent, by id."""
        ...

    def history(self, account_id: str) -> Sequence[ConsentDecision]:
        """Every decision, oldest first."""
        ...

    def record(self, account_id: str, decision: ConsentDecision, *, after: ConsentDecision | None) -> bool:
        """Adds a decision, all or nothing; False where `after` is not the last one of its consent any more."""
        ...
