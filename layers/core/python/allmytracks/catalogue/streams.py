"""The catalogue's stream: which tracks changed, and whether the whole search index is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from allmytracks.catalogue.dynamodb import REBUILD, TRACK_PREFIX


def changes_of(records: Sequence[Mapping[str, Any]]) -> tuple[list[str], bool]:
    """The ids of the tracks that changed, and whether a rebuild was requested."""
    keys = [each["dynamodb"]["Keys"]["pk"]["S"] for each in records]
    changed = [key.removeprefix(TRACK_PREFIX) for key in keys if key.startswith(TRACK_PREFIX)]
    return list(dict.fromkeys(changed)), REBUILD in keys
