"""The last deployment came to its end."""

from __future__ import annotations

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok

RIGHT = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"}


def check(deployment: Deployment) -> Finding:
    """Whether it was not rolled back."""
    stack = of(deployment)
    if stack.status in RIGHT:
        return ok(f"{stack.name} is {stack.status}")
    mend = "read the stack's events for the first failure, mend it, deploy again (docs/runbooks.md, A deployment fails)"
    return missing(f"{stack.name} is {stack.status}", mend)
