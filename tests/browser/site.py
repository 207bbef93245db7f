"""The verification function behind a server on loopback."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from infra.localcloud.deployment import Route
from infra.localcloud.events import Request
from tests.factories.letters import Desk

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
import json
from dataclasses import dataclass

from allmytracks.foundation.http.functions import HttpFunction
from functions.verify_license.handler import app
from infra.localcloud.events import http_api_event, read_http_api_answer

BY_NUMBER = "/v1/verifications/"


@dataclass
class Site:
    """The verification function at an address, and the letter on record there."""

    url: str
    desk: Desk


def serve(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """The verification function."""
    return serve_function(app, environ, start_response)


def serve_function(app: HttpFunction, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """As API Gateway does: passes the request as an event to the function and returns its response."""
    request = Request.from_environ(environ)
    parameters = {}
    path = request.path
    if path.startswith(BY_NUMBER):
        parameters, path = {"number": path.removeprefix(BY_NUMBER)}, BY_NUMBER + "{number}"
    if f"{request.method} {path}" not in app.routes:
        start_response("404 Not Found", [])
        return [b""]
    route = Route(request.method, path, "Function", None, None, "2.0", "httpapi", "$default")
    answer = read_http_api_answer(json.dumps(app(http_api_event(request, route, parameters, None, "1"), None)).encode())
    assert answer is not None
    start_response(f"{answer.status} -", list(answer.headers))
    return [answer.body]
