"""Makes an export of so many downloads, each with a letter, on stores that hold none of it; prints its peak memory.

python -m tests.factories.large_export 10000
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from allmytracks.foundation.records import Store
from allmytracks.privacy.ports import Stored
from allmytracks.privacy.records import ALL
from allmytracks.privacy.rules_exports import followed
from allmytracks.privacy.use_cases.make_export import MakeExport
from allmytracks.privacy.use_cases.walk import Walk
from tests.factories.instants import NOW
from tests.fakes.foundation import FixedClock, MemoryEvents
from tests.fakes.privacy import MemoryExports

LETTER_BYTES = 16_384


@dataclass(frozen=True)
class GeneratedStores:
    """An account with so many downloads and letters, made page by page as they are asked for."""

    downloads: int

    def page(self, store: Store, key: str, *, after: str | None, limit: int) -> tuple[Sequence[Stored], str | None]:
        if store is Store.LETTERS:
            return [Stored(store, key, None, {})], None
        if store is not Store.ACCOUNTS or key != "ACCOUNT#acc-1":
            return [], None
        start = 0 if after is None else int(after.partition("#")[2]) + 1
        end = min(start + limit, 2 * self.downloads)
        found = [Stored(store, key, _sort(at), _item(at)) for at in range(start, end)]
        return found, found[-1].sort if end < 2 * self.downloads else None

    def remove(self, stored: Stored) -> None:
        raise NotImplementedError

    def remove_unchanged(self, stored: Stored) -> bool:
        raise NotImplementedError

    def change(self, stored: Stored, removed: frozenset[str], replaced: object) -> None:
        raise NotImplementedError


def _sort(at: int) -> str:
    return f"{'LICENSE' if at % 2 else 'DOWNLOAD'}#{at:08}"


def _item(at: int) -> dict[str, object]:
    return {"pk": "ACCOUNT#acc-1", "sk": _sort(at), "title": f"A track {at}", "source_ip": "198.51.100.77"}


class RandomLetters:
    """A letter for each key."""

    def get(self, key: str) -> bytes:
        return key.encode().ljust(LETTER_BYTES, b"%")

    def put(self, key: str, content: bytes) -> None:
        raise NotImplementedError


@dataclass
class SizedArchives:
    """How large each archive was."""

    sizes: list[int] = field(default_factory=list)

    def put(self, key: str, file: Path) -> None:  # noqa: ARG002 - the port's
        self.sizes.append(file.stat().st_size)


def main(downloads: int) -> None:
    """Prints the archive's size and the process's peak memory, in KiB."""
    exports, archives = MemoryExports(), SizedArchives()
    export = exports.begin("acc-1", NOW)
    documents = {Store.LETTERS: RandomLetters(), Store.DOCUMENTS: RandomLetters()}
    walk = Walk(GeneratedStores(downloads), followed(ALL))
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder
        MakeExport(walk, exports, documents, archives, MemoryEvents(), FixedClock(NOW))("acc-1", export.id)
    print(archives.sizes[0] // 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main(int(sys.argv[1]))
