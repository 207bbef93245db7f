"""`python -m infra.local.third_party --port 3004`: an OpenID Connect provider to sign in with, on loopback.

The provider is oidc-provider-mock, on authlib's server. In front of it PKCE is enforced, which it ignores: a code is
redeemed only with the verifier of the challenge that it was asked for with (RFC 7636).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from infra.localcloud import clock
from infra.localcloud.serving import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class RequiresPkce:
    """The provider `inner`, with RFC 7636 by S256."""

    def __init__(self, inner: WSGIApplication, clock_file: Path | None) -> None:
        self._inner, self._clock_file = inner, clock_file
        self._challenges: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answers one request."""
        if self._clock_file is not None:
            clock.apply(self._clock_file)
        path, asked = environ["PATH_INFO"], parse_qs(environ.get("QUERY_STRING", ""))
        if path == "/oauth2/authorize":
            if asked.get("code_challenge_method") != ["S256"] or not asked.get("code_challenge"):
                return _refuse(start_response, "invalid_request")
            return self._inner(environ, self._remembering(asked["code_challenge"][0], start_response))
        if path == "/oauth2/token":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            if not self._proved(form):
                return _refuse(start_response, "invalid_grant")
        return self._inner(environ, start_response)

    def _remembering(self, challenge: str, start_response: Callable[..., Any]) -> Callable[..., Any]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            place = next((value for name, value in headers if name.lower() == "location"), "")
            for code in parse_qs(urlsplit(place).query).get("code", []):
                self._challenges[code] = challenge
            return start_response(status, headers, *more)

        return start

    def _proved(self, form: Mapping[str, str]) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self._challenges.get(form.get("code", "")) == made


def _refuse(start_response: Callable[..., Any], error: str) -> Iterable[bytes]:
    start_response("400 Bad Request", [("Content-Type", "application/json")])
    return [json.dumps({"error": error}).encode()]


def main() -> None:
    """Serve until SIGTERM."""
    from oidc_provider_mock import app  # noqa: PLC0415 - it warns of its own libraries at import

    parser = argparse.ArgumentParser(prog="infra.local.third_party", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clock", type=Path, help="the local clock's file")
    arguments = parser.parse_args()
    provider = app(require_nonce=True, issue_refresh_token=False)
    server = Server(arguments.port, RequiresPkce(provider, arguments.clock))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()


if __name__ == "__main__":
    main()
