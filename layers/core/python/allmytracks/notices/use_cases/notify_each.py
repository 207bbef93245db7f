"""Many members, each notified apart from the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from allmytracks.foundation.errors import Unavailable


def notify_each(due: Iterable[Callable[[], None]]) -> int:
    """Calls each, and returns how many there were. A failed one does not block the others.

    Raises Unavailable after the last where one raised it: the next run retries.
    """
    number, failed = 0, 0
    for notify in due:
        number += 1
        try:
            notify()
        except Unavailable:
            failed += 1
    if failed:
        raise Unavailable(f"{failed} of {number} members could not be notified.")
    return number
