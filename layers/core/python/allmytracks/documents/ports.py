"""Storage of documents."""

from __future__ import annotations

from typing import Protocol


class Documents(Protocol):
    """Documents that are stored once and never change."""

    def put(self, key: str, content: bytes) -> None:
        """Stores a new PDF. Raises Conflict where the key is taken, Unavailable."""
        ...

    def get(self, key: str) -> bytes:
        """The stored bytes. Raises DocumentNotFound, Unavailable."""
        ...
