"""Many clients of one account at once, each patient: it sends its request again until it is granted or refused."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from allmytracks.foundation.errors import DomainError, Unavailable
from tests.faults.injector import Killed

THREADS = 64
REQUESTS = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """One request of a client."""

    account_id: str
    key: str
    track_id: str


def wishes(account_id: str, number: int = REQUESTS) -> list[Wish]:
    """As many different tracks, each with a key of its own."""
    return [Wish(account_id, f"key-{n}", f"trk-{n}") for n in range(number)]


@dataclass
class Race:
    """`ask` returns a download's id or raises; `act` happens once, in the thread that makes the grant number
    `act_after`, while the others go on.
    """

    ask: Callable[[Wish], str]
    act: Callable[[], None] = lambda: None
    act_after: int = 10
    granted: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, asked: Sequence[Wish]) -> None:
        with ThreadPoolExecutor(THREADS) as threads:
            for done in [threads.submit(self._ask, wish) for wish in asked]:
                done.result()

    def _ask(self, wish: Wish) -> None:
        while True:
            try:
                granted = self.ask(wish)
            except (Unavailable, Killed):
                continue
            except DomainError as refusal:
                with self._lock:
                    self.refused[refusal.code] += 1
                return
            with self._lock:
                self.granted.append(granted)
                now = len(self.granted) == self.act_after
            if now:
                self.act()
            return
