"""API Gateway for the local cloud: routes, authorizers, throttles and CORS as the template deploys them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from infra.localcloud import clock
from infra.localcloud.authorizers import IamAuthorizer, JwtAuthorizer
from infra.localcloud.cors import CorsRules
from infra.localcloud.deployment import Deployment, Route
from infra.localcloud.events import (
    Answer,
    Request,
    http_api_event,
    message,
    read_http_api_answer,
    read_rest_api_answer,
    rest_api_event,
)
from infra.localcloud.invocations import Outcome
from infra.localcloud.throttles import Throttles

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

HTTP_API_SECONDS, REST_API_SECONDS = 30.0, 29.0
MAX_EVENT_BYTES = 6 * 1024 * 1024
"""Lambda's limit on the payload of a synchronous invocation."""


class Invoker(Protocol):
    """What runs functions: the runtime."""

    def invoke(self, name: str, payload: bytes) -> Outcome:
        """Run function `name` on the JSON `payload`."""


Pages = Callable[[Request], Answer | None]
"""A website on the same port: the response to a request that no route takes, or None."""


class Gateway:
    """The WSGI application on the local cloud's main port.

    `control` serves the paths below /_local, `pages` what is no route (another host does in a deployment).
    `fetch_keys` gets the user pool's JWKS document. The clock is followed before each request; each request leaves one
    line in `log`, without query, headers or body.
    """

    def __init__(
        self,
        deployment: Deployment,
        invoker: Invoker,
        *,
        fetch_keys: Callable[[], dict[str, Any]],
        clock_file: Path,
        log: Path,
    ) -> None:
        self.throttles = Throttles()
        self.control: WSGIApplication | None = None
        self.pages: Pages | None = None
        self._deployment, self._invoker = deployment, invoker
        self._clock_file, self._log, self._log_lock = clock_file, log, threading.Lock()
        self._jwt = JwtAuthorizer(deployment.jwt_issuer, deployment.jwt_audiences, fetch_keys)
        self._iam = IamAuthorizer(deployment)
        self._cors = CorsRules(deployment.cors) if deployment.cors else None
        rules = [_rule(route) for route in deployment.routes]
        # As in API Gateway, paths are taken as they are: nothing is redirected.
        self._map = Map(rules, strict_slashes=False, merge_slashes=False, redirect_defaults=False)
        log.parent.mkdir(parents=True, exist_ok=True)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (WSGI)."""
        clock.apply(self._clock_file)
        if self.control is not None and f"{environ['PATH_INFO']}/".startswith("/_local/"):
            return self.control(environ, start_response)
        started = time.monotonic()
        request = Request.from_environ(environ)
        answer, route = self.handle(request)
        self._note(request, route, answer, time.monotonic() - started)
        status = f"{answer.status} {_phrase(answer.status)}"
        start_response(status, [*answer.headers, ("Apigw-Requestid", request.request_id)])
        return [answer.body]

    def handle(self, request: Request) -> tuple[Answer, Route | None]:
        """The response to a request, and its route."""
        route, parameters = self._match(request)
        rest = route is not None and route.payload == "1.0"
        cors = None if rest else self._cors
        preflight = cors.preflight(request, routed=route is not None) if cors else None
        if preflight is not None:
            return preflight, route
        page = self.pages(request) if route is None and self.pages is not None else None
        if page is not None:
            return page, None
        answer = message(404, "Not Found") if route is None else self._answer(request, route, parameters)
        if route is not None and answer.by_gateway:
            answer = replace(answer, headers=(*answer.headers, *route.refusal_headers))
        return cors.applied(request, answer) if cors else answer, route

    def _match(self, request: Request) -> tuple[Route | None, Mapping[str, str]]:
        adapter = self._map.bind("local")
        try:
            route, values = adapter.match(request.path, method=request.method)
        except HTTPException:
            return None, {}
        # Werkzeug maps HEAD to a GET route; API Gateway does not.
        return (route, values) if route.method in {request.method, "ANY"} else (None, {})

    def _answer(self, request: Request, route: Route, parameters: Mapping[str, str]) -> Answer:
        rest = route.payload == "1.0"
        identity: dict[str, Any] | Answer | None = None
        if route.authorizer == "jwt":
            identity = self._jwt.authorize(request, route)
        elif route.authorizer == "iam":
            identity = self._iam.authorize(request, route)
        if isinstance(identity, Answer):
            return identity
        wait = self.throttles.retry_after(route)
        if wait is not None:
            return message(429, "Too Many Requests", ("Retry-After", str(wait)))
        account_id = self._deployment.account_id
        if rest:
            event = rest_api_event(request, route, parameters, identity or {}, account_id)
        else:
            event = http_api_event(request, route, parameters, identity, account_id)
        payload = json.dumps(event, separators=(",", ":")).encode()
        if len(payload) > MAX_EVENT_BYTES:
            return message(413, "Request Entity Too Large")
        return self._invoke(route.function, payload, rest=rest)

    def _invoke(self, function: str, payload: bytes, *, rest: bool) -> Answer:
        started = time.monotonic()
        outcome = self._invoker.invoke(function, payload)
        if time.monotonic() - started > (REST_API_SECONDS if rest else HTTP_API_SECONDS):
            return message(504, "Endpoint request timed out") if rest else message(503, "Service Unavailable")
        answer = None
        if outcome.error is None:
            answer = (read_rest_api_answer if rest else read_http_api_answer)(outcome.payload)
        if answer is not None:
            return answer
        return message(502, "Internal server error") if rest else message(500, "Internal Server Error")

    def _note(self, request: Request, route: Route | None, answer: Answer, seconds: float) -> None:
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "request_id": request.request_id,
            "method": request.method,
            # The template's path, not the request's: a token may be part of the latter.
            "route": route.path if route else None,
            "status": answer.status,
            "milliseconds": round(seconds * 1000, 1),
        }
        with self._log_lock, self._log.open("a", encoding="utf-8") as log:
            log.write(f"{json.dumps(line)}\n")


def _rule(route: Route) -> Rule:
    """`{id}` matches one segment, `{proxy+}` the rest; the REST API's paths begin with its stage."""
    path = f"/{route.stage}{route.path}" if route.payload == "1.0" else route.path
    segments = []
    for segment in path.split("/"):
        if segment.startswith("{") and segment.endswith("+}"):
            segments.append(f"<path:{segment[1:-2]}>")
        elif segment.startswith("{") and segment.endswith("}"):
            segments.append(f"<string:{segment[1:-1]}>")
        else:
            segments.append(segment)
    return Rule("/".join(segments), methods=None if route.method == "ANY" else [route.method], endpoint=route)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
