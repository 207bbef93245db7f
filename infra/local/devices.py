"""Devices below /_local: registering one as the operator would."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import httpx
from werkzeug.wrappers import Request, Response

from allmytracks.storage.rules_devices import hash_of_claim

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/_local/devices"


class LocalDevices:
    """A WSGI application: POST /_local/devices asks the operators' API at `url`; other paths go to `others`."""

    def __init__(self, url: str, others: WSGIApplication) -> None:
        self._operators = f"{url.rstrip('/')}/ops/devices"
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (WSGI)."""
        request = Request(environ)
        if (request.method, request.path) != ("POST", PATH):
            return self._others(environ, start_response)
        return self._register(request.get_json(force=True, silent=True))(environ, start_response)

    def _register(self, given: Any) -> Response:
        named = given if isinstance(given, dict) else {}
        serial, code, model = (str(named.get(name, "")) for name in ("serial", "claim_code", "model"))
        device = {"serial": serial, "model": model or "Camera", "claim_hash": hash_of_claim(serial, code)}
        answer = httpx.post(self._operators, json={"items": [device]}, timeout=30)
        return Response(answer.content, answer.status_code, mimetype=answer.headers.get("content-type"))
