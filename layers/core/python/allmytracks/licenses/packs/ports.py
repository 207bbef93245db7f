"""Project packs: what was asked for, and the files that were made."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from allmytracks.licenses.packs.rules import PackFile, ProjectPack


class ProjectPacks(Protocol):
    """The packs of each account."""

    def add(self, pack: ProjectPack) -> ProjectPack:
        """Stores a requested pack; returns the stored one, unchanged, where there is one with this id.

        The answer is `pack` itself where it is new.
        """
        ...

    def get(self, account_id: str, pack_id: str) -> ProjectPack:
        """The account's own pack. Raises PackNotFound."""
        ...

    def finish(self, pack: ProjectPack, outcome: PackFile | str) -> None:
        """Records its file, or why there is none (a code); the first outcome stays."""
        ...


class PackFiles(Protocol):
    """Where the files are kept for a while."""

    def put(self, key: str, file: Path) -> None:
        """Stores a file, in parts where it is large. Raises Unavailable."""
        ...
