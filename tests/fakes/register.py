"""In-memory fakes: register."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from allmytracks.register.ports import Latest
from allmytracks.register.rules import Entry, Leaf
from allmytracks.register.s3 import LATEST


@dataclass
class MemoryRegisterFiles:
    """Files in memory."""

    stored: dict[str, bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name: str) -> bytes | None:
        return self.stored.get(name)

    def get_all(self, names: Sequence[str]) -> list[bytes | None]:
        return [self.get(name) for name in names]

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        for name, content in files:
            self.claim(name, content)

    def claim(self, name: str, content: bytes) -> bytes:
        with self._lock:
            return self.stored.setdefault(name, content)

    def latest(self) -> Latest | None:
        held = self.get(LATEST)
        return Latest(held.decode(), held.decode()) if held else None

    def set_latest(self, jws: str, after: Latest | None) -> bool:
        with self._lock:
            if self.latest() != after:
                return False
            self.stored[LATEST] = jws.encode()
            return True


@dataclass
class MemoryRegisterEntries:
    """The register's table in memory."""

    waiting: dict[tuple[str, str], Leaf] = field(default_factory=dict)
    entered: dict[tuple[str, str], Entry] = field(default_factory=dict)

    def put_pending(self, leaves: Sequence[Leaf]) -> None:
        self.waiting |= {leaf.key: leaf for leaf in leaves}

    def pending(self, limit: int) -> list[Leaf]:
        return list(self.waiting.values())[:limit]

    def pending_of(self, number_sha256: str) -> list[Leaf]:
        return [leaf for leaf in self.waiting.values() if leaf.number_sha256 == number_sha256]

    def drop_pending(self, leaves: Sequence[Leaf]) -> None:
        for leaf in leaves:
            self.waiting.pop(leaf.key, None)

    def enter(self, entries: Sequence[Entry]) -> None:
        self.entered |= {entry.leaf.key: entry for entry in entries}

    def entered_of(self, number_sha256: str) -> list[Entry]:
        found = [entry for entry in self.entered.values() if entry.leaf.number_sha256 == number_sha256]
        return sorted(found, key=lambda entry: entry.index)

    def entered_among(self, leaves: Sequence[Leaf]) -> list[Leaf]:
        return [leaf for leaf in leaves if leaf.key in self.entered]
