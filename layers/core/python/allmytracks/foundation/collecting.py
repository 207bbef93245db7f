"""Garbage collections, made rare: while a function starts, nearly all that is allocated stays.

With Python's own threshold the collector looks through everything that was imported again and again: a tenth of the
CPU of a cold start, a sixth where letters are made (docs/bench.md).
"""

from __future__ import annotations

import gc

# New containers before a collection; 10 of these make one of the next generation, as in Python's own setting.
THRESHOLDS = (20_000, 10, 10)


def collect_rarely() -> None:
    """For this process, from now on. What is garbage without cycles is freed at once as ever."""
    gc.set_threshold(*THRESHOLDS)


def keep_what_is_here() -> None:
    """Before a snapshot: collections leave out all that is in it, so that they do not read it page by page."""
    gc.collect()
    gc.freeze()
