"""In-memory fakes: damages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from allmytracks.damages.dynamodb import _order
from allmytracks.damages.rules import Damages


@dataclass
class MemoryDamagesBook:
    """Claims in memory."""

    stored: dict[str, Damages] = field(default_factory=dict)

    def record(self, damages: Damages) -> Damages:
        return self.stored.setdefault(damages.claim.id, damages)

    def all(self, account_id: str) -> Sequence[Damages]:
        return sorted((each for each in self.stored.values() if each.claim.account_id == account_id), key=_order)
