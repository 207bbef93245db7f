"""One id from a request to all that follows from it: its messages, its events, and what their workers send on.

It is API Gateway's request id, so that the access log and every log line of one matter are found by one search.
Messages carry it as an attribute, events of the bus among their resources. What no request began (schedules, streams)
has none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

ATTRIBUTE = "correlation_id"
RESOURCE = "allmytracks:correlation:"
LONGEST = 128
_current: ContextVar[str | None] = ContextVar(ATTRIBUTE, default=None)


def correlate(found: str | None) -> str | None:
    """Makes this the id of what is done from now on, and returns it. One that is too long is none of ours."""
    kept = found if found and len(found) <= LONGEST else None
    _current.set(kept)
    return kept


def attributes() -> dict[str, dict[str, str]]:
    """The attributes of a message that is sent now."""
    found = _current.get()
    return {} if found is None else {ATTRIBUTE: {"DataType": "String", "StringValue": found}}


def resources() -> list[str]:
    """The resources of an event that is published now."""
    found = _current.get()
    return [] if found is None else [f"{RESOURCE}{found}"]


def of_message(record: Mapping[str, Any]) -> str | None:
    """The id that a message carries, itself or by the event of the bus within it."""
    attribute = record.get("messageAttributes", {}).get(ATTRIBUTE)
    if attribute is not None:
        return str(attribute.get("stringValue"))
    try:
        body = json.loads(record.get("body", ""))
    except ValueError:
        return None
    named = body.get("resources", ()) if isinstance(body, dict) else ()
    return next((str(each).removeprefix(RESOURCE) for each in named if str(each).startswith(RESOURCE)), None)
