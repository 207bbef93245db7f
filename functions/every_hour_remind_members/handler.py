"""Every hour: members are told that their membership ends in seven days, or has ended."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.observability import logger
from allmytracks.wiring import services


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error ends the run after all others were told; the next one tries again, and nobody is told twice."""
    logger().info("members reminded", looked_at=services().notices.remind_members())
