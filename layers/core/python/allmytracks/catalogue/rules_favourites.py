"""Tracks that a member keeps in a list."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Favourite(Struct, frozen=True):
    """A track in a member's list, and since when."""

    track_id: str
    at: datetime
