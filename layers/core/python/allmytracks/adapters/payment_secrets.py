"""The payment provider's key and webhook secrets, from Secrets Manager, kept for five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import msgspec
from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from allmytracks.domain.errors import Unavailable

KEPT_SECONDS = 300


class PaymentSecrets(msgspec.Struct, frozen=True):
    """What the secret holds; several webhook secrets are good at once, so that they can be rotated.

    `standard_webhook_secrets` are those of senders that sign by Standard Webhooks.
    """

    api_key: str
    webhook_secrets: tuple[str, ...]
    standard_webhook_secrets: tuple[str, ...] = ()


class SecretSource(Protocol):
    """Where an adapter of a payment provider gets its secrets from."""

    def __call__(self) -> PaymentSecrets: ...


class SecretsManagerSource:
    """The secret `secret_id` of Secrets Manager. Raises Unavailable."""

    def __init__(self, secret_id: str) -> None:
        self._secret_id = secret_id
        self._provider = SecretsProvider()

    def __call__(self) -> PaymentSecrets:
        try:
            text = self._provider.get(self._secret_id, max_age=KEPT_SECONDS)
        except GetParameterError as error:
            raise Unavailable from error
        return msgspec.json.decode(str(text), type=PaymentSecrets)


@dataclass(frozen=True)
class FixedSecrets:
    """Secrets that a test knows."""

    secrets: PaymentSecrets

    def __call__(self) -> PaymentSecrets:
        return self.secrets
