"""In-memory fakes: packs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from allmytracks.licenses.packs.dynamodb import NOT_FOUND
from allmytracks.licenses.packs.rules import PackFile, PackNotFound, ProjectPack


@dataclass
class MemoryProjectPacks:
    """Packs in memory."""

    stored: dict[tuple[str, str], ProjectPack] = field(default_factory=dict)

    def add(self, pack: ProjectPack) -> ProjectPack:
        return self.stored.setdefault((pack.account_id, pack.id), pack)

    def get(self, account_id: str, pack_id: str) -> ProjectPack:
        if (account_id, pack_id) not in self.stored:
            raise PackNotFound(NOT_FOUND)
        return self.stored[account_id, pack_id]

    def finish(self, pack: ProjectPack, outcome: PackFile | str) -> None:
        known = self.stored.get((pack.account_id, pack.id))
        if known is None or known.file is not None or known.problem is not None:
            return
        done = replace(known, problem=outcome) if isinstance(outcome, str) else replace(known, file=outcome)
        self.stored[pack.account_id, pack.id] = done


@dataclass
class MemoryPackFiles:
    """Files in memory."""

    stored: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, file: Path) -> None:
        self.stored[key] = file.read_bytes()
