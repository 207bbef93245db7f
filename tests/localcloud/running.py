"""The functions in fixtures/running, and the key that signs tokens for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from joserfc.jwk import RSAKey

from infra.localcloud.deployment import Function

KEY = RSAKey.generate_key(2048, {"kid": "one"}, auto_kid=False)
RUNNING = Path(__file__).parent / "fixtures" / "running"


def function(name: str, folder: str, environment: Mapping[str, str] | None = None, timeout: int = 240) -> Function:
    return Function(name, RUNNING / folder, "handler.handle", environment or {}, timeout, 128, ())
