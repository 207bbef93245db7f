"""Every hour: facts of the payment provider's record that we lack are found and fed in."""

from collections.abc import Mapping
from typing import Any

from allmytracks.foundation.observability import count, logger
from allmytracks.payments.reconciliation.rules import Tally
from allmytracks.wiring import services


def tell(tally: Tally) -> None:
    """Counts one page's verdicts, and logs each fact that is not simply known."""
    count("PaymentsReconciled", tally.counted)
    count("PaymentsDrift", tally.drift)
    for each in tally.findings:
        logger().warning("payment fact", event_id=each.fact.event_id, verdict=each.verdict, fed_in=each.fed_in)


def handle(_event: Mapping[str, Any], _context: object) -> None:
    """An error ends the run; the next one resumes there. What was found until then is reported."""
    finished = services().payments.reconciliation.run(tell)
    logger().info("payments reconciled", finished=finished)
