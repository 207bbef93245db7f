"""Every hour: notifies members whose membership ends in seven days, or has ended."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.observability import logger
from allmytracks.wiring import services


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error fails the run after all others were notified; the next one retries, and no notice is sent twice."""
    logger().info("members reminded", looked_at=services().notices.remind_members())
