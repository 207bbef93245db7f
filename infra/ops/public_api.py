"""Reading the public API: no identity is needed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import msgspec

from infra.ops.client import ATTEMPTS, RETRIED, why
from infra.ops.errors import OpsError

LONGEST_WAIT_SECONDS = 120
A = TypeVar("A")


@dataclass
class PublicApi:
    """Answers in their schemas. Waits as long as the API asks for where it is asked too often."""

    http: httpx.Client
    sleep: Callable[[float], None] = field(default=time.sleep)

    def get(self, path: str, schema: type[A], **query: object) -> A:
        """Raises OpsError where the API refuses, does not answer or answers something else."""
        given = {name: str(value) for name, value in query.items() if value is not None}
        for attempt in range(ATTEMPTS):
            try:
                answer = self.http.get(path, params=given)
            except httpx.TransportError as error:
                raise OpsError(f"nothing answers at {self.http.base_url}{why(error)}") from error
            if answer.status_code not in RETRIED or attempt == ATTEMPTS - 1:
                break
            self.sleep(min(_seconds(answer, attempt), LONGEST_WAIT_SECONDS))
        try:
            if answer.is_success:
                return msgspec.json.decode(answer.content, type=schema)
            problem = msgspec.json.decode(answer.content, type=dict[str, object])
        except msgspec.MsgspecError as error:
            message = f"{self.http.base_url} answered {answer.status_code} with what it should not: {error}"
            raise OpsError(message, code="unexpected_answer", status=answer.status_code) from None
        detail = str(problem.get("detail", answer.status_code))
        if "next_head_at" in problem:
            detail += f" It is due at {problem['next_head_at']}."
        raise OpsError(detail, code=str(problem.get("code")), status=answer.status_code, extra=problem)

    def close(self) -> None:
        """Ends the connection."""
        self.http.close()


def public_api(url: str) -> PublicApi:
    """The API at an address."""
    return PublicApi(httpx.Client(base_url=url.rstrip("/"), timeout=30))


def _seconds(answer: httpx.Response, attempt: int) -> float:
    try:
        asked = float(answer.headers.get("Retry-After", ""))
    except ValueError:
        asked = 0.0
    return asked if math.isfinite(asked) and asked > 0 else 0.3 * 2**attempt
