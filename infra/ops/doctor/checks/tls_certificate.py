"""The certificate of PublicUrl's host is issued, and renews itself."""

from __future__ import annotations

from datetime import timedelta

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, does_not_apply, missing, ok

LEFT = timedelta(days=30)


def check(deployment: Deployment) -> Finding:
    """Whether ACM has it, and for how long."""
    stack = of(deployment)
    arn = stack.parameters.get("CertificateArn", "")
    if not arn:
        if stack.parameters.get("Stage") == "dev":
            return does_not_apply("this stage has no domain")
        return missing("no certificate is given", "request one in ACM in this region, give CertificateArn and deploy")
    certificate = stack.aws("acm", "DescribeCertificate", CertificateArn=arn)["Certificate"]
    if certificate["Status"] != "ISSUED":
        mend = "set the CNAME record that ACM shows for its validation, and leave it there: renewal needs it"
        return missing(f"the certificate is {certificate['Status']}", mend)
    ends = certificate["NotAfter"]
    if ends - deployment.now() < LEFT:
        mend = "see ACM's renewal status: its CNAME record is gone, or an imported certificate needs importing anew"
        return missing(f"the certificate ends at {ends:%Y-%m-%d}", mend)
    return ok(f"issued until {ends:%Y-%m-%d}")
