"""Devices below /_local: registering one as the operator would."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from allmytracks.storage.rules_devices import hash_of_claim
from infra.ops.client import connect
from infra.ops.errors import OpsError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/_local/devices"


class LocalDevices:
    """A WSGI application: POST /_local/devices asks the operators' API at `url`; other paths go to `others`."""

    def __init__(self, url: str, others: WSGIApplication) -> None:
        self._operators = f"{url.rstrip('/')}/ops"
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
        with contextlib.closing(connect(self._operators)) as operators:
            try:
                answer = operators.call("POST", "/devices", json={"items": [device]})
            except OpsError as error:
                return _json({"code": error.code, "message": str(error)}, error.status or 502)
        return _json(answer["items"][0], 200)


def _json(body: object, status: int) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")
