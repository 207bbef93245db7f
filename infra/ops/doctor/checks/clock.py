"""The clocks of this machine and of the service agree: signatures live for minutes."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, does_not_apply, missing, ok

MOST = timedelta(seconds=30)


def check(deployment: Deployment) -> Finding:
    """The Date of an answer."""
    if deployment.stack is None and deployment.site.http.get("/_local/clock").is_success:
        return does_not_apply("the local cloud's clock can be moved")
    said = deployment.site.http.get("/v1/status").headers.get("Date")
    if said is None:
        return missing("the API does not say its time", "ask the API, not a page before it")
    apart = abs(parsedate_to_datetime(said) - deployment.now())
    if apart > MOST:
        mend = "set this machine's clock (NTP): AWS refuses requests that are signed five minutes off"
        return missing(f"the clocks are {apart.total_seconds():.0f} seconds apart", mend)
    return ok("the clocks agree")
