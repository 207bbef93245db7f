"""The payment provider's key and webhook secrets, from Secrets Manager, cached for five minutes."""

from __future__ import annotations

from typing import Protocol

import msgspec

from allmytracks.foundation.aws.client import AwsClient
from allmytracks.foundation.aws.secrets import CachedSecret
from allmytracks.foundation.time_and_ids import Clock


class PaymentSecrets(msgspec.Struct, frozen=True):
    """The content of the secret; several webhook secrets are valid at once, so that they can be rotated.

    `standard_webhook_secrets` are for senders that sign by Standard Webhooks.
    """

    api_key: str
    webhook_secrets: tuple[str, ...]
    standard_webhook_secrets: tuple[str, ...] = ()


class SecretSource(Protocol):
    """The source of a payment provider's secrets."""

    def __call__(self) -> PaymentSecrets: ...


class SecretsManagerSource:
    """The secret `secret_id` of Secrets Manager. Raises Unavailable."""

    def __init__(self, secrets_manager: AwsClient, secret_id: str, clock: Clock) -> None:
        self._secret = CachedSecret(secrets_manager, secret_id, clock, PaymentSecrets)

    def __call__(self) -> PaymentSecrets:
        return self._secret()
