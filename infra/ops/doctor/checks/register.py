"""The register's head is signed every hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus

from msgspec import Struct

from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, does_not_apply, missing, ok
from infra.ops.errors import OpsError

MOST = timedelta(hours=2)


class Head(Struct):
    """What is looked at of a head."""

    number: int
    timestamp: str


def check(deployment: Deployment) -> Finding:
    """The age of the newest head."""
    try:
        head = deployment.site.get("/v1/register/head", Head)
    except OpsError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        return does_not_apply("no head yet: the first comes with the first licence, within the hour")
    age = deployment.service_time() - datetime.fromisoformat(head.timestamp)
    if age > MOST:
        return missing(f"the newest head is of {head.timestamp}", "docs/runbooks.md, TreeHeadOverdue")
    return ok(f"head {head.number} of {head.timestamp}")
