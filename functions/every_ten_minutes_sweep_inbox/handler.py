"""Every ten minutes: payment events that were stored and never folded are queued again, the rest is reported."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.observability import count, logger
from allmytracks.wiring import services


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error fails the invocation and is reported; the next one finds what is left."""
    swept = services().payments.ledger.sweep_inbox()
    logger().info("inbox swept", queued=swept.queued, late=swept.late, unattached=swept.unattached)
    count("PaymentEventsQueuedAgain", swept.queued)
    count("PaymentEventsLate", swept.late)
    count("PaymentEventsUnattached", swept.unattached)
