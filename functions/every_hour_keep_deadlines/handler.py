"""Every hour: does what is due on accounts."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.observability import logger
from allmytracks.wiring import services


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error fails the run after all others were kept; the next one retries."""
    logger().info("deadlines kept", looked_at=services().closing.keep_deadlines())
