"""The register as stored records."""

from __future__ import annotations

from allmytracks.foundation.records import PRODUCT, Hold, Keep, NotExported, Record, Store, Whose
from allmytracks.register.dynamodb import entry_key, shard_key
from allmytracks.register.s3 import LATEST
from allmytracks.register.use_cases.register_files import batch_name, head_name

_WHY = "hashes that name nobody, in a register that nobody may change"


def _public(name: str, store: Store, key: str, sort: str | None = None) -> Record:
    return Record(
        name, store, key, Whose.NOBODY, NotExported("public"), Keep(_WHY), PRODUCT, sort=sort, hold=Hold.UNAFFECTED
    )


RECORDS = (
    _public("pending leaf", Store.REGISTER, shard_key("{shard}"), "{hash}#{kind}"),
    _public("entry", Store.REGISTER, entry_key("{hash}"), "{kind}"),
    _public("tile", Store.REGISTER_FILES, "tile/{level}/{name}"),
    _public("signed head", Store.REGISTER_FILES, head_name(0).replace("0000000000", "{number}")),
    _public("batch of leaves", Store.REGISTER_FILES, batch_name(0).replace("0000000000", "{number}")),
    _public("newest head", Store.REGISTER_FILES, LATEST),
)
