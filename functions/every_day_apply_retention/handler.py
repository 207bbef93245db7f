"""Every day: what was kept for its term is deleted, or loses what names a person."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from allmytracks.foundation.observability import count, logger
from allmytracks.privacy.rules_retention import Outcome
from allmytracks.privacy.use_cases.apply_retention import Outcomes
from allmytracks.wiring import services

# More than one page takes.
RESERVE_MILLISECONDS = 120_000


def tell(outcomes: Outcomes) -> None:
    """Counts each kind, and logs what could not be judged."""
    for (outcome, kind), times in Counter(outcomes).items():
        with single_metric(name=f"Retention{outcome.capitalize()}Kind", unit=MetricUnit.Count, value=times) as metric:
            metric.add_dimension(name="kind", value=kind)
        if outcome is Outcome.UNDECLARED:
            logger().error("item without retention", kind=kind, times=times)
            count("RetentionUndeclared", times)


def handle(_event: Mapping[str, Any], context: Any) -> None:
    """An error ends the run; the next one goes on from the last page."""
    made = services().privacy.apply_retention(
        lambda: context is None or context.get_remaining_time_in_millis() > RESERVE_MILLISECONDS, tell
    )
    finished = made.finished_at is not None
    logger().info("retention applied", looked_at=made.looked_at, applied=made.applied, finished=finished)
    if finished:
        count("RetentionFinished")
