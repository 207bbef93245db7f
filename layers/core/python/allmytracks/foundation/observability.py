"""One structured log line and one metric for each request; nothing personal in either (P-5.logs)."""

from __future__ import annotations

from functools import cache

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit


@cache
def logger() -> Logger:
    """The function's JSON logger; service name and level come from Powertools' own variables."""
    return Logger()


@cache
def metrics() -> Metrics:
    """The function's metrics in CloudWatch's embedded format; the namespace comes from Powertools' own variable."""
    return Metrics()


def record_request(route: str, status: int, code: str | None, seconds: float, *, planned: bool = False) -> None:
    """Logs a request by its route (never its path or query, which may name things) and counts it.

    A `planned` refusal, during maintenance, is none of the server's errors: availability leaves it out.
    """
    milliseconds = round(seconds * 1000, 1)
    logger().info("request answered", route=route, status=status, code=code, milliseconds=milliseconds)
    name = "PlannedRefusals" if planned else "ServerErrors" if status >= 500 else "Requests"
    metrics().add_metric(name=name, unit=MetricUnit.Count, value=1)


# The subscription filter of the log groups (infra/workers.yaml) selects by this text; CloudWatch delivers matches to
# on_request_refused, off the request's path.
REFUSED = "request refused"


def log_refusal(account_id: str, route: str, code: str) -> None:
    """Logs a member's refused request for the timeline; an account's id alone is not personal data."""
    logger().info(REFUSED, account_id=account_id, route=route, code=code)


def count(name: str, value: int = 1) -> None:
    """Counts a metric that an alarm watches, and flushes it."""
    metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)
    metrics().flush_metrics()
