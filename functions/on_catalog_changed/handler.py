"""Stream of the catalogue table: makes the search file anew."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.observability import logger
from allmytracks.wiring import services


def handle(event: Mapping[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """One rebuild covers the whole batch, and doing it twice changes nothing; a failed one asks for the batch again."""
    records = event["Records"]
    try:
        count = services().catalogue.search_index.rebuild(services().catalogue.tracks)
    except Unavailable:
        logger().warning("search file not written", changes=len(records), exc_info=True)
        return {"batchItemFailures": [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]}
    logger().info("search file written", tracks=count, changes=len(records))
    return {"batchItemFailures": []}
