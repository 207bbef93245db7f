"""Tells which recordings sound the same: those of an import, and those that the catalogue has already."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator

from infra.ops.client import OpsClient
from infra.ops.preparing import LENGTHS_DIFFER

# Bits of two signatures of one recording that a lossy codec may turn over; of two recordings about half differ.
MOST_BITS_APART = 36
TRACKS_AT_ONCE = 100


def sounds_same(one: int, other: int) -> bool:
    """Whether two signatures are of one recording."""
    return (one ^ other).bit_count() <= MOST_BITS_APART


class Recordings:
    """Signatures by length: those of the catalogue are read with the first that is compared. For several threads."""

    def __init__(self, client: OpsClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._read = False
        self._by_second: dict[int, list[tuple[float, int, str]]] = defaultdict(list)

    def alike(self, name: str, signature: str, seconds: float) -> str | None:
        """A recording that sounds the same, in words, and None where there is none; this one is known from now on.

        Raises OpsError.
        """
        bits = int(signature, 16)
        with self._lock:
            if not self._read:
                self._read_catalogue()
                self._read = True
            found = next(self._near(bits, seconds), None)
            self._add(name, bits, seconds)
        return found

    def _near(self, bits: int, seconds: float) -> Iterator[str]:
        for second in range(int(seconds - LENGTHS_DIFFER), int(seconds + LENGTHS_DIFFER) + 1):
            for lasts, its, name in self._by_second.get(second, ()):
                if abs(lasts - seconds) <= LENGTHS_DIFFER and sounds_same(bits, its):
                    yield name

    def _add(self, name: str, bits: int, seconds: float) -> None:
        self._by_second[int(seconds)].append((seconds, bits, name))

    def _read_catalogue(self) -> None:
        cursor: str | None = None
        while True:
            page = self._client.call("GET", "/tracks", query={"limit": TRACKS_AT_ONCE, "cursor": cursor})
            for track in page["items"]:
                if track["signature"] is not None:
                    words = f"{track['title']} ({track['track_id']}{', withdrawn' if track['withdrawn_at'] else ''})"
                    self._add(words, int(track["signature"], 16), float(track["duration_seconds"]))
            cursor = page["next_cursor"]
            if cursor is None:
                return
