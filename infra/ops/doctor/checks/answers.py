"""The API answers, and no maintenance is on."""

from __future__ import annotations

from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok


def check(deployment: Deployment) -> Finding:
    """GET /v1/status."""
    told = deployment.site.get("/v1/status", dict[str, object])
    if told.get("status") == "maintenance":
        return missing("maintenance is on: what is paid for is refused", "allmytracks maintenance end")
    return ok(f"{deployment.site.http.base_url} answers: {told.get('status')}")
