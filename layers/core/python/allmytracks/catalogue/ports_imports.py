"""Operators' imports."""

from __future__ import annotations

from typing import Protocol

from allmytracks.catalogue.rules_imports import Import


class Imports(Protocol):
    """The imports by their ids."""

    def get(self, import_id: str) -> Import:
        """The import. Raises ImportNotFound."""
        ...

    def put(self, record: Import) -> None:
        """Stores the import's current state."""
        ...
