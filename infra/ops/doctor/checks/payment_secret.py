"""The payment provider's key and webhook secrets are filled in."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, missing, ok


class Filled(Struct):
    """The content, as allmytracks.payments reads it."""

    api_key: str = ""
    webhook_secrets: tuple[str, ...] = ()


def check(deployment: Deployment) -> Finding:
    """Whether payments can be made, and with the right kind of key; no part of it is shown."""
    stack = of(deployment)
    mend = "fill the secret PaymentSecretArn as docs/first-deployment.md shows"
    answer = stack.aws("secretsmanager", "GetSecretValue", SecretId=stack.outputs["PaymentSecretArn"])
    try:
        filled = msgspec.json.decode(answer["SecretString"], type=Filled)
    except msgspec.MsgspecError:
        return missing("the secret is not of the form that is read", mend)
    if not filled.api_key or not filled.webhook_secrets or not all(filled.webhook_secrets):
        return missing("the secret lacks api_key or webhook_secrets", mend)
    is_test = "_test_" in filled.api_key
    if is_test and deployment.is_production:
        return missing("production has a key of the provider's test mode", "put the live key there")
    if not is_test and not deployment.is_production:
        return missing("a stage that is not production has a live key", "put a key of the provider's test mode there")
    return ok(f"filled in, {len(filled.webhook_secrets)} webhook secrets")
