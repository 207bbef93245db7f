"""In-memory fakes: disclosures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from allmytracks.disclosures.rules import Recorded


@dataclass
class MemoryDisclosureRegister:
    """The register in memory."""

    stored: dict[str, Recorded] = field(default_factory=dict)

    def record(self, recorded: Recorded) -> Recorded:
        return self.stored.setdefault(recorded.disclosure.id, recorded)

    def all(self, account_id: str) -> Sequence[Recorded]:
        own = [each for each in self.stored.values() if each.disclosure.account_id == account_id]
        return sorted(own, key=lambda each: (each.disclosure.at, each.disclosure.id), reverse=True)
