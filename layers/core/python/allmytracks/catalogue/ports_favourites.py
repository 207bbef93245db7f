"""Favourites of members."""

from __future__ import annotations

from typing import Protocol

from allmytracks.catalogue.rules_favourites import Favourite
from allmytracks.foundation.paging import Page


class Favourites(Protocol):
    """What each member keeps in their list."""

    def put(self, account_id: str, favourite: Favourite) -> None:
        """Puts a track into the list; idempotent, the first instant is kept. Raises Unavailable."""
        ...

    def remove(self, account_id: str, track_id: str) -> None:
        """Takes it out. Idempotent. Raises Unavailable."""
        ...

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Favourite]:
        """A page, in the order of track ids. Raises InvalidFields, Unavailable."""
        ...
