"""What a subject's history lists: attributes beside an item's own, by which the index `history` finds the item.

They are written with the item itself, so that a history needs no write, no stream and no worker of its own, is never
behind by a failure, and is erased with the items that it lists.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from allmytracks.foundation.instants import rfc3339

INDEX = "history"


def history_attributes(subject: str, at: datetime, kind: str, **details: str | int | None) -> dict[str, Any]:
    """The three attributes: whose history (an account, an order ...), when, and what as JSON; None is left out."""
    told = {"kind": kind, **{name: value for name, value in details.items() if value is not None}}
    return {"history_of": subject, "history_at": rfc3339(at), "history": msgspec.json.encode(told).decode()}
