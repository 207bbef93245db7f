"""AWS by your own identity, reading only."""

from __future__ import annotations

from typing import Any

from botocore import xform_name
from botocore.session import Session


class ReadingAws:
    """Calls operations by the names that AWS's documentation has."""

    def __init__(self) -> None:
        self._session = Session()
        self._clients: dict[str, Any] = {}

    def __call__(self, service: str, operation: str, /, **parameters: object) -> dict[str, Any]:
        """Raises botocore's errors."""
        if service not in self._clients:
            self._clients[service] = self._session.create_client(service)
        answer: dict[str, Any] = getattr(self._clients[service], xform_name(operation))(**parameters)
        return answer
