"""Every hour: notifies members whose membership or cloud storage ends soon or has ended, or renews soon.

Counts the monthly plans that are past due.
"""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.observability import count, logger
from allmytracks.wiring import services


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error fails the run after all others were notified; the next one retries, and no notice is sent twice."""
    failed: Unavailable | None = None
    try:
        logger().info("members reminded", looked_at=services().notices.remind_members())
    except Unavailable as error:
        failed = error
    logger().info("members reminded of cloud storage", looked_at=services().storage.remind_of_ends())
    past_due = services().payments.ledger.subscriptions.past_due(services().foundation.clock.now())
    count("PlansPastDue", sum(1 for _ in past_due))
    if failed is not None:
        raise failed
