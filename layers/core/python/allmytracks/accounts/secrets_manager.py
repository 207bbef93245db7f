"""The key of this deployment under which addresses are hashed, from Secrets Manager, kept while the process lives."""

from __future__ import annotations

from allmytracks.foundation.aws.client import AwsClient, RefusedError
from allmytracks.foundation.errors import Unavailable


class AddressKey:
    """The secret `secret_id`, a random text that never changes. Raises Unavailable."""

    def __init__(self, secrets_manager: AwsClient, secret_id: str) -> None:
        self._secrets_manager = secrets_manager
        self._secret_id = secret_id
        self._kept: str | None = None

    def __call__(self) -> str:
        if self._kept is None:
            try:
                answer = self._secrets_manager.call("GetSecretValue", {"SecretId": self._secret_id})
            except RefusedError as error:
                raise Unavailable from error
            self._kept = str(answer["SecretString"])
        return self._kept
