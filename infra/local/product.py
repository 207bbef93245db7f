"""AllMyTracks on the local cloud: its switches, payment provider, seed data and pages below /_local."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from infra.local.devices import LocalDevices
from infra.local.pages import LocalPages
from infra.local.payments import create_app
from infra.local.payments.app import LocalPayments
from infra.local.seed import seed
from infra.local.website import SITE, Website, content_policy
from infra.localcloud import processes
from infra.localcloud.control import Machinery
from infra.localcloud.credentials import MACHINERY, SECRET
from infra.localcloud.deployment import Deployment
from infra.localcloud.events import Answer, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PAYMENT_SECRET = "Messaging.PaymentSecret"  # noqa: S105  # the resource's name
OIDC_SECRET = "Identity.OidcSecret"  # noqa: S105  # as above
SWITCHES = {"throttling": "THROTTLING", "anti_fraud": "ANTI_FRAUD", "two_person_rule": "TWO_PERSON_RULE"}
"""The environment variables by which functions know whether these are `on`."""
LIBRARIES = (
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics",
    "botocore.httpsession",
    "botocore.session",
    "certifi",
    "email_validator",
    "iso3166",
    "iso4217",
    "joserfc.jws",
    "msgspec",
    "pynamodb.models",
    "pynamodb.transactions",
    "snapshot_restore_py",
    "stripe",
    "zoneinfo",
)
"""What functions load at their start, or at their first request."""


def third_party_issuer(url: str) -> str:
    """The provider to sign in with, on the port after the local cloud's own four."""
    return _next_port(url, 4)


def _next_port(url: str, steps: int = 1) -> str:
    """The address so many ports on; the first one is that of AWS, with our buckets."""
    address, _, port = url.rpartition(":")
    return f"{address}:{int(port) + steps}"


class AllMyTracks:
    """What the product adds to the local cloud at `url`; see infra.localcloud.product.Product."""

    name = "allmytracks"
    switches: Mapping[str, str] = SWITCHES
    libraries = LIBRARIES

    def __init__(self, url: str, *, demo: bool, folder: Path) -> None:
        """`folder` is the local cloud's, with its clock and logs."""
        self._url, self._demo = url, demo
        self._deployed: tuple[Deployment, str] | None = None
        self._folder, self._third_party = folder, third_party_issuer(url)
        self._provider: subprocess.Popen[bytes] | None = None
        self._api_key, self._webhook_secret = f"sk_test_{secrets.token_hex(16)}", f"whsec_{secrets.token_hex(16)}"
        self._payments = self._payment_provider()
        self._loaded: Mapping[str, Any] = {}
        self._website = Website(SITE, content_policy("'self'", _next_port(url)))

    def load(self, deployment: Deployment, endpoint: str) -> Mapping[str, Any]:
        """Store the payment provider's keys where functions read them, publish config/, import the demo catalogue."""
        keys = {
            "api_key": self._api_key,
            "webhook_secrets": [self._webhook_secret],
            "standard_webhook_secrets": [self._webhook_secret],
        }
        client = boto3.client(
            "secretsmanager",
            endpoint_url=endpoint,
            region_name=deployment.region,
            aws_access_key_id=MACHINERY,
            aws_secret_access_key=SECRET,
        )
        client.put_secret_value(SecretId=deployment.physical_ids[PAYMENT_SECRET], SecretString=json.dumps(keys))
        oidc = {"client_id": "allmytracks", "client_secret": secrets.token_hex(16)}
        client.put_secret_value(SecretId=deployment.physical_ids[OIDC_SECRET], SecretString=json.dumps(oidc))
        self._start(deployment, endpoint)
        self._loaded = {**seed(deployment, endpoint, demo=self._demo), "third_party": self._third_party}
        return self._loaded

    def resume(self, deployment: Deployment, endpoint: str, kept: Any) -> Mapping[str, Any]:
        """Go on with the payment provider's records, and with the keys that functions read."""
        self._payments.close()
        self._api_key, self._webhook_secret, payments, self._loaded = kept
        self._payments = self._payment_provider()
        self._payments.restore(payments)
        self._start(deployment, endpoint)
        return self._loaded

    def kept(self) -> object:
        """See `resume`."""
        return self._api_key, self._webhook_secret, self._payments.kept(), self._loaded

    def _payment_provider(self) -> LocalPayments:
        webhooks = f"{self._url}/v1/webhooks/stripe"
        return create_app(self._url, webhooks, self._webhook_secret, self._api_key, lambda: datetime.now(UTC))

    def _start(self, deployment: Deployment, endpoint: str) -> None:
        """Start the provider to sign in with."""
        self._deployed = deployment, endpoint
        self._provider = processes.spawn(
            [
                sys.executable,
                "-m",
                "infra.local.third_party",
                "--port",
                self._third_party.rpartition(":")[2],
                "--clock",
                (self._folder / "clock").absolute(),
            ],
            log=self._folder / "logs" / "third_party.log",
        )

    def answers(self, machinery: Machinery) -> WSGIApplication:
        """The local pages, the register of devices, and the payment provider."""
        others: WSGIApplication = self._payments
        if self._deployed is not None:
            others = LocalDevices(self._url, *self._deployed, others)
        return LocalPages(machinery.mails, machinery.ready, others)

    def page(self, request: Request) -> Answer | None:
        """The reference website."""
        return self._website(request)

    def close(self) -> None:
        """End the payment provider's thread, and the provider to sign in with."""
        self._payments.close()
        if self._provider is not None:
            processes.stop(self._provider, grace_seconds=0)
