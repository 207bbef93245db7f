"""Every hour: signs and publishes the status list of licences."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.observability import count, logger
from allmytracks.wiring import services


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error fails the invocation and is reported; the next hour's list is complete again."""
    made = services().licenses.states.publish_status_list()
    logger().info("status list published", revoked=len(made.revoked), superseded=len(made.superseded))
    count("StatusListsPublished")
