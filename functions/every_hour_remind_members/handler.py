"""Every hour: members are told that their membership ends in seven days, or has ended."""

from collections.abc import Mapping
from typing import Any

from allmytracks.bootstrap import services
from allmytracks.foundation.observability import logger


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error ends the run after all others were told; the next one tries again, and nobody is told twice."""
    logger().info("members reminded", looked_at=services().remind_members())
