"""In-memory fakes: reconciliation."""

from __future__ import annotations

from dataclasses import dataclass, field

from allmytracks.payments.reconciliation.ports import Checkpoint


@dataclass
class MemoryCheckpoints:
    """Checkpoints in memory."""

    stored: dict[str, Checkpoint] = field(default_factory=dict)

    def get(self, provider: str) -> Checkpoint:
        return self.stored.get(provider, Checkpoint())

    def move(self, provider: str, checkpoint: Checkpoint) -> bool:
        if checkpoint.version == self.get(provider).version + 1:
            self.stored[provider] = checkpoint
        return self.get(provider) == checkpoint
