"""Project packs and their files."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from allmytracks.licenses.packs.rules import PackFile, ProjectPack


class ProjectPacks(Protocol):
    """The packs of each account."""

    def add(self, pack: ProjectPack) -> ProjectPack:
        """Stores a requested pack; returns the stored one where there is one with this id, else `pack` itself."""
        ...

    def get(self, account_id: str, pack_id: str) -> ProjectPack:
        """The account's own pack. Raises PackNotFound."""
        ...

    def finish(self, pack: ProjectPack, outcome: PackFile | str) -> None:
        """Records its file, or the code of why there is none. Idempotent: the first outcome is kept."""
        ...


class PackFiles(Protocol):
    """Temporary storage of the files."""

    def put(self, key: str, file: Path) -> None:
        """Stores a file, in parts where it is large. Raises Unavailable."""
        ...
