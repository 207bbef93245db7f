"""A member's list of favourite tracks."""

from __future__ import annotations

from dataclasses import dataclass

from allmytracks.accounts.ports import Accounts
from allmytracks.accounts.rules_states import Act, require_status
from allmytracks.catalogue.ports import Tracks
from allmytracks.catalogue.ports_favourites import Favourites
from allmytracks.catalogue.rules import Listing, listing_of
from allmytracks.catalogue.rules_favourites import Favourite
from allmytracks.foundation.paging import Page
from allmytracks.foundation.time_and_ids import Clock


@dataclass(frozen=True)
class KeepFavourites:
    """Puts tracks into the list of an account, takes them out, shows them.

    Raises TrackNotFound, AccountFrozen (it is closed), AccountNotFound, Unavailable.
    """

    accounts: Accounts
    favourites: Favourites
    tracks: Tracks
    clock: Clock

    def put(self, account_id: str, track_id: str) -> None:
        """Adds a track that is on sale; idempotent."""
        require_status(self.accounts.get(account_id), Act.CONSENT)
        self.tracks.get(track_id).require_on_sale()
        self.favourites.put(account_id, Favourite(track_id, self.clock.now()))

    def remove(self, account_id: str, track_id: str) -> None:
        """Takes a track out; idempotent."""
        require_status(self.accounts.get(account_id), Act.CONSENT)
        self.favourites.remove(account_id, track_id)

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Listing]:
        """The tracks of a page that are on sale; a withdrawn one comes back when it is restored."""
        page = self.favourites.page(account_id, limit=limit, cursor=cursor)
        known = self.tracks.several([each.track_id for each in page.items])
        kept = [known[each.track_id] for each in page.items if each.track_id in known]
        return Page([listing_of(track) for track in kept if track.withdrawn_at is None], page.next_cursor)
