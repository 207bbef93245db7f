"""What `--dry-run` shows: the lines that go and the lines that come."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping

SAME = "Nothing would change."


def difference(
    before: Mapping[str, object] | None, after: Mapping[str, object], names: tuple[str, str] = ("now", "then")
) -> list[str]:
    """The unified difference of two documents, line by line; both as JSON with their names in order."""
    lines = list(difflib.unified_diff(_written(before), _written(after), *names, lineterm=""))
    return lines or [SAME]


def _written(document: Mapping[str, object] | None) -> list[str]:
    if document is None:
        return []
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False).splitlines()
