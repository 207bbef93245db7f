"""Stream of the accounts table: queues facts about licences for the register."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.observability import logger
from allmytracks.register.streams import facts_of
from allmytracks.wiring import services


def handle(event: Mapping[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """All readable records of a batch are handled, every time; failed ones are redelivered."""
    facts = facts_of(event["Records"])
    failed = facts.unreadable
    if failed is not None:
        logger().error("a record of a licence cannot be read", sequence_number=failed)
    try:
        services().register.entries.put_pending(facts.leaves)
    except Unavailable:
        logger().warning("leaves not kept", leaves=len(facts.leaves), exc_info=True)
        failed = event["Records"][0]["dynamodb"]["SequenceNumber"]
    return {"batchItemFailures": [{"itemIdentifier": failed}] if failed else []}
