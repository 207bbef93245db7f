"""Stream of the catalogue table: rebuilds the search file."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.observability import logger
from allmytracks.wiring import services


def handle(event: Mapping[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """One idempotent rebuild covers the whole batch; a failed batch is redelivered."""
    records = event["Records"]
    try:
        count = services().catalogue.search_index.rebuild(services().catalogue.tracks)
    except Unavailable:
        logger().warning("search file not written", changes=len(records), exc_info=True)
        return {"batchItemFailures": [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]}
    logger().info("search file written", tracks=count, changes=len(records))
    return {"batchItemFailures": []}
