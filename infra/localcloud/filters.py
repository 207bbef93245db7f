"""Filter criteria of event source mappings, in EventBridge's pattern language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moto.events.models import EventPattern


def passes(filters: tuple[Mapping[str, Any], ...], record: Mapping[str, Any]) -> bool:
    """Whether the record matches one of the patterns, or there are none."""
    return not filters or any(EventPattern(None, dict(each)).matches_event(dict(record)) for each in filters)  # type: ignore[arg-type]  # any JSON object


def parsed_body(record: Mapping[str, Any]) -> dict[str, Any]:
    """The message as filters see it: a JSON body is parsed."""
    try:
        body = json.loads(record["body"])
    except ValueError:
        body = record["body"]
    return {**record, "body": body}
