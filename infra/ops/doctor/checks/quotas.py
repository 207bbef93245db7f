"""Lambda may run enough at once: a new account may begin with 10."""

from __future__ import annotations

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok

ENOUGH = 1000


def check(deployment: Deployment) -> Finding:
    """Whether concurrent executions are those of a grown account."""
    limit = of(deployment).aws("lambda", "GetAccountSettings")["AccountLimit"]
    found = f"{limit['ConcurrentExecutions']} at once, {limit['UnreservedConcurrentExecutions']} of them unreserved"
    if limit["ConcurrentExecutions"] < ENOUGH:
        mend = "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 "
        return missing(found, mend + f"--desired-value {ENOUGH}")
    return ok(found)
