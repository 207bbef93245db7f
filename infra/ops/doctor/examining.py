"""All checks of a deployment, one after the other; one that cannot look says so and stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from infra.ops.doctor.deployment import Deployment
from infra.ops.doctor.findings import Finding, State, does_not_apply
from infra.ops.errors import OpsError

# In the order of the first deployment (docs/first-deployment.md).
ON_AWS = (
    "stack",
    "mail_sandbox",
    "mail_identity",
    "sign_in_mail",
    "alarm_reader",
    "tls_certificate",
    "domain",
    "quotas",
    "payment_secret",
    "sign_in_provider_secret",
    "backups",
    "versions",
    "alarms",
)
EVERYWHERE = ("answers", "clock", "publications", "letters_certificate", "catalogue", "search", "register")


class Checked(Struct, frozen=True):
    """A check by its name, and what it found."""

    check: str
    state: State
    found: str
    mend: str


def examine(deployment: Deployment) -> Iterator[Checked]:
    """What each check found, in sequence."""
    for name in (*ON_AWS, *EVERYWHERE):
        if name in ON_AWS and deployment.stack is None:
            found = does_not_apply("no stack of AWS: give --stack")
        else:
            found = _looked(name, deployment)
        yield Checked(name, found.state, found.found, found.mend)


def _looked(name: str, deployment: Deployment) -> Finding:
    try:
        found: Finding = import_module(f"infra.ops.doctor.checks.{name}").check(deployment)
    except ClientError as error:
        said = error.response["Error"]
        told = f"AWS refused {error.operation_name}: {said['Code']}"
        return Finding(State.UNKNOWN, told, "use an identity with the policy infra/policies/doctor.json")
    except BotoCoreError as error:
        return Finding(State.UNKNOWN, f"AWS cannot be asked: {error}", "sign in (aws sso login) and set AWS_REGION")
    except (OpsError, httpx.TransportError) as error:
        return Finding(State.UNKNOWN, str(error), "see that the API answers, and that your identity may call it")
    return found
