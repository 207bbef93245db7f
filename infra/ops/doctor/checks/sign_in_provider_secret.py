"""The client at the provider that members may sign in with is filled in."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from infra.ops.doctor.checks.stacks import of
from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, does_not_apply, missing, ok


class Filled(Struct):
    """The content, as allmytracks.accounts reads it."""

    client_id: str = ""
    client_secret: str = ""


def check(deployment: Deployment) -> Finding:
    """Whether sign-in by a third party can work, where an issuer is given."""
    stack = of(deployment)
    if not stack.parameters.get("OidcIssuer"):
        return does_not_apply("OidcIssuer is empty: nobody signs in by a third party")
    (secret,) = (each.physical for each in stack.named("AWS::SecretsManager::Secret") if each.name == "OidcSecret")
    answer = stack.aws("secretsmanager", "GetSecretValue", SecretId=secret)
    try:
        filled = msgspec.json.decode(answer["SecretString"], type=Filled)
    except msgspec.MsgspecError:
        filled = Filled()
    if not filled.client_id or not filled.client_secret:
        return missing("the secret is empty", "put the provider's client_id and client_secret into OidcSecret")
    return ok("filled in")
