"""What selling needs is published and in force."""

from __future__ import annotations

from datetime import datetime

from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok

KINDS = ("plans", "taxes", "storage-packages", "agreements", "name-rules", "fraud-rules")
AGREEMENTS = ("user-agreement", "privacy-policy", "premium-agreement")


def check(deployment: Deployment) -> Finding:
    """Whether each kind, and each agreement that people accept, has a version in force."""
    now = deployment.service_time()
    lacking = []
    for kind in KINDS:
        items = deployment.ops.call("GET", "/publications", query={"kind": kind})["items"]
        in_force = [each for each in items if datetime.fromisoformat(each["effective_at"]) <= now]
        if not in_force:
            lacking.append(kind)
        elif kind == "agreements":
            lacking += sorted(set(AGREEMENTS) - {each["body"].get("id") for each in in_force})
    if lacking:
        return missing(f"not in force: {', '.join(lacking)}", "allmytracks publish KIND FILE (config/ shows the forms)")
    return ok(f"{len(KINDS)} kinds in force")
