"""Every hour: which licences no longer hold, signed and dated, for whoever checks letters without us."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.observability import count, logger
from allmytracks.wiring import services


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error ends the invocation and is told; the next hour's list holds what this one lacks."""
    made = services().licenses.states.publish_status_list()
    logger().info("status list published", revoked=len(made.revoked), superseded=len(made.superseded))
    count("StatusListsPublished")
