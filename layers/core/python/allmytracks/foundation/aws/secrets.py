"""A secret of Secrets Manager that holds JSON, cached for five minutes so that it can be rotated."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from allmytracks.foundation.aws.client import AwsClient, RefusedError
from allmytracks.foundation.errors import Unavailable
from allmytracks.foundation.time_and_ids import Clock

FRESH_FOR = timedelta(minutes=5)
Content = TypeVar("Content")


class CachedSecret(Generic[Content]):
    """The secret `secret_id`. Raises Unavailable."""

    def __init__(self, secrets_manager: AwsClient, secret_id: str, clock: Clock, content: type[Content]) -> None:
        self._secrets_manager = secrets_manager
        self._secret_id = secret_id
        self._clock = clock
        self._content = content
        self._kept: tuple[datetime, Content] | None = None

    def __call__(self) -> Content:
        now = self._clock.now()
        if self._kept is None or not timedelta(0) <= now - self._kept[0] < FRESH_FOR:
            self._kept = (now, self._read())
        return self._kept[1]

    def _read(self) -> Content:
        try:
            answer = self._secrets_manager.call("GetSecretValue", {"SecretId": self._secret_id})
            return msgspec.json.decode(answer["SecretString"], type=self._content)
        except (RefusedError, msgspec.DecodeError) as error:
            raise Unavailable from error  # not there yet, or mistyped: for an operator to fix, not the caller
