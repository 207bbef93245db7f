"""Stream of the catalogue table: brings the search index up to date."""

from collections.abc import Mapping
from typing import Any

from allmytracks.catalogue.dynamodb import TRACK_PREFIX
from allmytracks.catalogue.rules_search import REBUILD
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.observability import logger
from allmytracks.wiring import services


def handle(event: Mapping[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """One idempotent update covers the whole batch; a failed batch is redelivered."""
    records = event["Records"]
    keys = [each["dynamodb"]["Keys"]["pk"]["S"] for each in records]
    catalogue = services().catalogue
    try:
        if REBUILD in keys:
            count = catalogue.search_index.rebuild(catalogue.tracks)
        else:
            changed = list(dict.fromkeys(key.removeprefix(TRACK_PREFIX) for key in keys))
            count = catalogue.search_index.update(catalogue.tracks, changed)
    except Unavailable:
        logger().warning("search index not written", changes=len(records), exc_info=True)
        return {"batchItemFailures": [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]}
    logger().info("search index written", tracks=count, changes=len(records))
    return {"batchItemFailures": []}
