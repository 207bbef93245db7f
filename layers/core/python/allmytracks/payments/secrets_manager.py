"""The payment provider's key and webhook secrets, from Secrets Manager, cached for five minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from allmytracks.foundation.aws.client import AwsClient, RefusedError
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock

FRESH_FOR = timedelta(minutes=5)


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
        self._secrets_manager = secrets_manager
        self._secret_id = secret_id
        self._clock = clock
        self._kept: tuple[datetime, PaymentSecrets] | None = None

    def __call__(self) -> PaymentSecrets:
        now = self._clock.now()
        if self._kept is None or not timedelta(0) <= now - self._kept[0] < FRESH_FOR:
            self._kept = (now, self._read())
        return self._kept[1]

    def _read(self) -> PaymentSecrets:
        try:
            answer = self._secrets_manager.call("GetSecretValue", {"SecretId": self._secret_id})
        except RefusedError as error:
            raise Unavailable from error  # not there yet, or being replaced: for an operator to fix, not the caller
        return msgspec.json.decode(answer["SecretString"], type=PaymentSecrets)
