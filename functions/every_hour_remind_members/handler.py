"""Every hour: notifies members whose membership or cloud storage ends soon or has ended, or renews soon.

Ends the plans that would outlast an announced end of the service, and counts those that are past due.
"""

from collections.abc import Callable, Mapping
from typing import Any

from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.observability import count, logger
from allmytracks.wiring import services


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error fails the run after all others were notified; the next one retries, and no notice is sent twice."""
    failed: Unavailable | None = None
    work: dict[str, Callable[[], int]] = {
        "members reminded": services().notices.remind_members,
        "plans ended with the service": services().storage.end_with_service,
        "members reminded of cloud storage": services().storage.remind_of_ends,
    }
    for what, do in work.items():
        try:
            logger().info(what, looked_at=do())
        except Unavailable as error:
            failed = error
    past_due = services().payments.ledger.subscriptions.past_due(services().foundation.clock.now())
    count("PlansPastDue", sum(1 for _ in past_due))
    if failed is not None:
        raise failed
