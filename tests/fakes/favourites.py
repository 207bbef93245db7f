"""In-memory fake: members' favourites."""

from __future__ import annotations

from dataclasses import dataclass, field

from allmytracks.catalogue.rules_favourites import Favourite
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor


@dataclass
class MemoryFavourites:
    """Favourites by account and track."""

    stored: dict[str, dict[str, Favourite]] = field(default_factory=dict)

    def put(self, account_id: str, favourite: Favourite) -> None:
        self.stored.setdefault(account_id, {}).setdefault(favourite.track_id, favourite)

    def remove(self, account_id: str, track_id: str) -> None:
        self.stored.get(account_id, {}).pop(track_id, None)

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Favourite]:
        after = "" if cursor is None else read_cursor(cursor, tuple[KeyPart])[0]
        left = [each for track_id, each in sorted(self.stored.get(account_id, {}).items()) if track_id > after]
        return Page(left[:limit], make_cursor(left[limit - 1].track_id) if len(left) >= limit else None)
