"""Stream of the catalogue table: brings the search index up to date."""

from collections.abc import Mapping
from typing import Any

from allmytracks.catalogue.streams import changes_of
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.observability import logger
from allmytracks.wiring import services


def handle(event: Mapping[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """One idempotent update covers the whole batch; a failed batch is redelivered."""
    records = event["Records"]
    track_ids, everything = changes_of(records)
    try:
        if everything:
            count = services().catalogue.search_index.rebuild(services().catalogue.tracks)
        else:
            count = services().catalogue.search_index.update(services().catalogue.tracks, track_ids)
    except Unavailable:
        logger().warning("search index not written", changes=len(records), exc_info=True)
        return {"batchItemFailures": [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]}
    logger().info("search index written", tracks=count, changes=len(records))
    return {"batchItemFailures": []}
