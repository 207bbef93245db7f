"""Cognito sends codes by SES: its own sender stops after 50 mails a day."""

from __future__ import annotations

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok


def check(deployment: Deployment) -> Finding:
    """Whether the user pool sends from MailSender."""
    stack = of(deployment)
    pool = stack.aws("cognito-idp", "DescribeUserPool", UserPoolId=stack.outputs["UserPoolId"])["UserPool"]
    sender = pool.get("EmailConfiguration", {}).get("EmailSendingAccount")
    if sender == "DEVELOPER":
        return ok("codes are sent by SES")
    found = f"codes are sent by {sender}: 50 a day"
    if stack.parameters.get("Stage") == "dev":
        return ok(found)
    return missing(found, "give MailIdentityArn in samconfig.toml and deploy again")
