"""How often tracks are downloaded, as far as the search orders by it."""

from __future__ import annotations

from math import log

# The search learns of a track's downloads when they grew by about a quarter: a popular track is not indexed at each.
_GROWTH = 1.25


def is_news(before: int, after: int) -> bool:
    """Whether the search should learn that a track's downloads grew from `before` to `after`."""
    return _step(before) != _step(after)


def _step(uses: int) -> int:
    return -1 if uses < 1 else int(log(uses, _GROWTH))
