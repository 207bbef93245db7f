"""In-memory fakes: documents."""

from __future__ import annotations

from dataclasses import dataclass, field

from allmytracks.documents.rules import DocumentNotFound
from allmytracks.foundation.errors import Conflict


@dataclass
class MemoryDocuments:
    """Documents in memory."""

    stored: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, content: bytes) -> None:
        if self.stored.setdefault(key, content) is not content:
            raise Conflict("A document is stored under this key already.")

    def get(self, key: str) -> bytes:
        if key not in self.stored:
            raise DocumentNotFound("The document is not there.")
        return self.stored[key]
