"""Every hour: facts of the payment provider's record that we lack are found and fed in."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from allmytracks.foundation.observability import logger, metrics
from allmytracks.payments.reconciliation.rules import Tally
from allmytracks.wiring import services


def tell(tally: Tally) -> None:
    """Counts one page's verdicts, and logs each fact that is not simply known."""
    metrics().add_metric(name="PaymentsReconciled", unit=MetricUnit.Count, value=tally.counted)
    metrics().add_metric(name="PaymentsDrift", unit=MetricUnit.Count, value=tally.drift)
    for each in tally.findings:
        logger().warning("payment fact", event_id=each.fact.event_id, verdict=each.verdict, fed_in=each.fed_in)


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error ends the run; the next one resumes there. What was found until then is reported."""
    try:
        finished = services().payments.reconciliation.run(tell)
    finally:
        metrics().flush_metrics()
    logger().info("payments reconciled", finished=finished)
