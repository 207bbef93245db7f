"""Reports to operators what the payment provider did not do for a cancellation."""

from __future__ import annotations

from allmytracks.foundation.observability import count, logger


def report_failed_cancellation(order_id: str) -> None:
    """Logs and counts a refund, or an end of renewals, that the provider did not make; it is asked for again."""
    logger().error("cancellation not carried out by the payment provider", order_id=order_id)
    count("CancellationsFailed")
