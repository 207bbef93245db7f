"""The catalogue as stored records."""

from __future__ import annotations

from allmytracks.catalogue.dynamodb import CHECKSUM_PREFIX, REBUILD, TRACK, TRACK_PREFIX
from allmytracks.catalogue.dynamodb_favourites import FAVOURITE
from allmytracks.catalogue.dynamodb_imports import IMPORT, STATUS
from allmytracks.catalogue.dynamodb_searches import SEARCH
from allmytracks.catalogue.dynamodb_statistics import SEARCHES_PREFIX
from allmytracks.catalogue.dynamodb_uses import COUNTED_PREFIX, USES_PREFIX
from allmytracks.foundation.aws.keys import OF_ACCOUNT
from allmytracks.foundation.records import (
    ACCOUNTS_LIFE,
    PRODUCT,
    SHORT,
    Delete,
    Exported,
    Hold,
    Keep,
    NotExported,
    Record,
    Retention,
    Store,
    Whose,
)

_PUBLIC, _NOBODY = NotExported("about no account"), Keep("about no account")


def _of_nobody(name: str, store: Store, key: str, sort: str | None) -> Record:
    return Record(name, store, key, Whose.NOBODY, _PUBLIC, _NOBODY, PRODUCT, sort=sort, hold=Hold.UNAFFECTED)


RECORDS = (
    Record(
        "search",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("searches.json", hidden=frozenset({"expires_at"})),
        Delete(),
        Retention("searches", "with the member's consent, for a year", by_store=True),
        sort=f"{SEARCH}{{at}}",
    ),
    Record(
        "favourite",
        Store.ACCOUNTS,
        OF_ACCOUNT,
        Whose.ACCOUNT,
        Exported("favourites.json"),
        Delete(),
        ACCOUNTS_LIFE,
        sort=f"{FAVOURITE}{{track}}",
    ),
    _of_nobody("track", Store.CATALOG, f"{TRACK_PREFIX}{{track}}", TRACK),
    _of_nobody("count of a track's downloads", Store.CATALOG, f"{USES_PREFIX}{{track}}", TRACK),
    Record(
        "count of a search",
        Store.CATALOG,
        f"{SEARCHES_PREFIX}{{month}}",
        Whose.NOBODY,
        _PUBLIC,
        _NOBODY,
        Retention("search counts", "what fewer than five searched for for 35 days, else 400 days", by_store=True),
        sort="{search}",
        hold=Hold.UNAFFECTED,
    ),
    Record(
        "mark of a counted download",
        Store.CATALOG,
        f"{COUNTED_PREFIX}{{download_id}}",
        Whose.NOBODY,
        _PUBLIC,
        _NOBODY,
        SHORT,
        sort=TRACK,
        hold=Hold.UNAFFECTED,
    ),
    _of_nobody("wish for a rebuilt search index", Store.CATALOG, REBUILD, TRACK),
    _of_nobody("checksum of a track", Store.CATALOG, f"{CHECKSUM_PREFIX}{{checksum}}", TRACK),
    _of_nobody("import", Store.ACCOUNTS, f"{IMPORT}{{import_id}}", STATUS),
    _of_nobody("file of a track", Store.MASTERS, "tracks/{track}/{file}", None),
    _of_nobody("part of the search index", Store.DOCUMENTS, "search/{form}/{part}", None),
)
