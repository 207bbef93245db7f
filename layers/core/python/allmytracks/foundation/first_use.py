"""What only some requests need is loaded at its first use, and always before a snapshot (http/snapshots.py).

So a cold start without a snapshot does not pay for it, and nobody waits for it after a restore.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeVar

T = TypeVar("T")
LOADERS: list[Callable[[], object]] = []


def loaded_at_first_use(load: Callable[[], T]) -> Callable[[], T]:
    """Calls `load` once, at the first use or before a snapshot; it must do no network I/O."""
    loaded = cache(load)
    LOADERS.append(loaded)
    return loaded
