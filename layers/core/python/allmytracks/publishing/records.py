"""Publications as stored records."""

from __future__ import annotations

from allmytracks.foundation.records import PRODUCT, Hold, Keep, NotExported, Record, Store, Whose
from allmytracks.publishing.dynamodb import publication_key

RECORDS = (
    Record(
        "publication",
        Store.CATALOG,
        publication_key("{kind}"),
        Whose.NOBODY,
        NotExported("public"),
        Keep("public, and about nobody"),
        PRODUCT,
        sort="{version}",
        hold=Hold.UNAFFECTED,
    ),
)
