"""What the checks of AWS share."""

from __future__ import annotations

from infra.ops.doctor.deployment import Deployment, Stack


def of(deployment: Deployment) -> Stack:
    """The stack of a deployment on AWS."""
    if deployment.stack is None:
        raise TypeError("a check of AWS needs a stack")
    return deployment.stack
