"""Mail comes from a domain that is verified and signed (DKIM)."""

from __future__ import annotations

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok


def check(deployment: Deployment) -> Finding:
    """Whether SES may send in the name of MailSender."""
    stack = of(deployment)
    name = stack.parameters.get("MailIdentityArn", "").rpartition("identity/")[2] or stack.parameters["MailSender"]
    identity = stack.aws("sesv2", "GetEmailIdentity", EmailIdentity=name)
    if not identity.get("VerifiedForSendingStatus"):
        mend = "set the DNS records that SES shows for the domain, or open the link of SES's mail to the address"
        return missing(f"{name} is not verified", mend)
    dkim = identity.get("DkimAttributes", {}).get("Status")
    if identity.get("IdentityType") == "DOMAIN" and dkim != "SUCCESS":
        return missing(f"{name}: DKIM is {dkim}", "set the three CNAME records that SES shows for the domain")
    return ok(f"{name} is verified")
