"""Entries of a subject's history: attributes beside an item's own, by which the index `history` finds the item.

They are written with the item itself, so that a history needs no write, stream or worker of its own, cannot miss an
item, and is erased with the items that it lists.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from allmytracks.foundation.instants import rfc3339

INDEX = "history"


def history_attributes(subject: str, at: datetime, kind: str, **details: str | int | None) -> dict[str, Any]:
    """The three attributes: the subject (an account, an order ...), the time, and the content as JSON without None."""
    told = {"kind": kind, **{name: value for name, value in details.items() if value is not None}}
    return {"history_of": subject, "history_at": rfc3339(at), "history": msgspec.json.encode(told).decode()}
