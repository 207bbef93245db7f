"""Every hour: counts tickets whose answer is overdue, for the alarm (P-15days)."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.observability import count, logger
from allmytracks.wiring import services


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error fails the run and is reported; the next one counts again."""
    overdue = services().tickets.repository.overdue(services().foundation.clock.now())
    logger().info("tickets counted", overdue=overdue)
    count("TicketsOverdue", overdue)
