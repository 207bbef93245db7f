"""Members' favourites in the accounts table."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute
from pynamodb.exceptions import PutError
from pynamodb.models import Model

from allmytracks.catalogue.rules_favourites import Favourite
from allmytracks.foundation.aws.keys import account_key
from allmytracks.foundation.aws.models import Table, bind, is_condition_failure
from allmytracks.foundation.instants import parse_rfc3339, rfc3339
from allmytracks.foundation.paging import KeyPart, Page, make_cursor, read_cursor

FAVOURITE = "FAVOURITE#"


class FavouriteItem(Model):
    """One favourite."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    added_at = UnicodeAttribute()


class DynamoFavourites:
    """Favourites in DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._items = bind(FavouriteItem, table)

    def put(self, account_id: str, favourite: Favourite) -> None:
        kept = self._items(account_key(account_id), f"{FAVOURITE}{favourite.track_id}", added_at=rfc3339(favourite.at))
        try:
            kept.save(condition=self._items.pk.does_not_exist())
        except PutError as error:
            if not is_condition_failure(error):
                raise

    def remove(self, account_id: str, track_id: str) -> None:
        self._items(account_key(account_id), f"{FAVOURITE}{track_id}").delete()

    def page(self, account_id: str, *, limit: int, cursor: str | None) -> Page[Favourite]:
        start = None
        if cursor is not None:
            (track_id,) = read_cursor(cursor, tuple[KeyPart])
            start = {"pk": {"S": account_key(account_id)}, "sk": {"S": f"{FAVOURITE}{track_id}"}}
        found = self._items.query(
            account_key(account_id),
            self._items.sk.startswith(FAVOURITE),
            consistent_read=True,
            limit=limit,
            last_evaluated_key=start,
        )
        kept = [Favourite(item.sk.removeprefix(FAVOURITE), parse_rfc3339(item.added_at)) for item in found]
        return Page(kept, make_cursor(kept[-1].track_id) if found.last_evaluated_key is not None else None)
