"""In-memory fakes: decisions on consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from allmytracks.accounts.rules_consents import ConsentDecision


@dataclass
class MemoryConsentDecisions:
    """Decisions in memory, by account."""

    stored: dict[str, list[ConsentDecision]] = field(default_factory=dict)

    def current(self, account_id: str) -> Sequence[ConsentDecision]:
        last = {each.id: each for each in self.stored.get(account_id, [])}
        return [last[consent_id] for consent_id in sorted(last)]

    def history(self, account_id: str) -> Sequence[ConsentDecision]:
        return sorted(self.stored.get(account_id, []), key=lambda each: (each.changed_at, each.id))

    def record(self, account_id: str, decision: ConsentDecision, *, after: ConsentDecision | None) -> bool:
        last = next((each for each in self.current(account_id) if each.id == decision.id), None)
        if (last and last.changed_at) != (after and after.changed_at):
            return False
        self.stored.setdefault(account_id, []).append(decision)
        return True
