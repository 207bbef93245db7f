"""The local cloud's own routes below /_local, as JSON: readiness, clock, mails, switches, AWS calls."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from infra.localcloud import clock
from infra.localcloud.throttles import Throttles

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

GATEWAY = "throttling"
"""The switch of the gateway's own throttles; a product may have a variable of functions follow it."""


@dataclass(frozen=True, slots=True)
class Machinery:
    """What the switches act on. `mails` gives the items sent to an address, or all; `ready` is None until everything is
    up.
    """

    clock_file: Path
    calls: Path
    throttles: Throttles
    override: Callable[[Mapping[str, str]], None]
    clock_moved: Callable[[], None]
    mails: Callable[[str | None], list[dict[str, Any]]]
    ready: Callable[[], Mapping[str, Any] | None]


class Control:
    """The WSGI application below /_local. What it does not know goes to `others`.

    `switches` has the environment variable of each switch that functions follow.
    """

    def __init__(self, machinery: Machinery, switches: Mapping[str, str], others: WSGIApplication) -> None:
        self._machinery, self._switches, self._others = machinery, switches, others
        self._on = dict.fromkeys((GATEWAY, *switches), True)
        self._routes = Map(
            [
                _rule("GET", "/_local/ready", self._ready),
                _rule("GET", "/_local/clock", self._clock),
                _rule("POST", "/_local/clock", self._move_clock),
                _rule("GET", "/_local/mail", self._mail),
                _rule("GET", "/_local/limits", self._limits),
                _rule("POST", "/_local/limits", self._set_limits),
                _rule("GET", "/_local/calls", self._calls),
            ],
            strict_slashes=False,
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (WSGI)."""
        try:
            endpoint, _ = self._routes.bind_to_environ(environ).match()
        except HTTPException:
            return self._others(environ, start_response)
        try:
            answer = endpoint(Request(environ))
        except BadRequest as error:
            answer = _json({"message": error.description}, 400)
        response: Response = answer if isinstance(answer, Response) else _json(answer)
        return response(environ, start_response)

    def _ready(self, _request: Request) -> Response:
        ready = self._machinery.ready()
        return _json(ready) if ready is not None else _json({"message": "starting"}, 503)

    def _clock(self, _request: Request) -> dict[str, Any]:
        now = dt.datetime.now(dt.UTC)
        return {"now": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"), "epoch": now.timestamp()}

    def _move_clock(self, request: Request) -> dict[str, Any]:
        wish = _object(request)
        try:
            now = _time(wish["now"]) if "now" in wish else None
            advance = float(wish["advance_seconds"]) if "advance_seconds" in wish else None
            clock.move(self._machinery.clock_file, now=now, advance_seconds=advance)
        except (TypeError, ValueError) as error:
            raise BadRequest(f"{error}: give now (RFC 3339) or advance_seconds (a number)") from error
        self._machinery.clock_moved()
        return self._clock(request)

    def _mail(self, request: Request) -> dict[str, Any]:
        return {"items": self._machinery.mails(request.args.get("to"))}

    def _limits(self, _request: Request) -> dict[str, bool]:
        return dict(self._on)

    def _set_limits(self, request: Request) -> dict[str, bool]:
        wish = _object(request)
        if wish.keys() - self._on.keys() or not all(isinstance(each, bool) for each in wish.values()):
            raise BadRequest(f"give {' and '.join(self._on)}, each true or false")
        changed = {name: on for name, on in wish.items() if on != self._on[name]}
        self._on |= changed
        self._machinery.throttles.enabled = self._on[GATEWAY]
        variables = {
            self._switches[name]: "on" if on else "off" for name, on in changed.items() if name in self._switches
        }
        if variables:
            self._machinery.override(variables)
        return dict(self._on)

    def _calls(self, _request: Request) -> dict[str, Any]:
        """How often each function called each action on each resource."""
        counted: Counter[tuple[str, str, str]] = Counter()
        if self._machinery.calls.exists():
            with self._machinery.calls.open("rb") as lines:
                for line in lines:
                    call = json.loads(line)
                    counted[call["function"], call["action"], call["resource"]] += 1
        names = ("function", "action", "resource")
        return {"items": [{**dict(zip(names, key, strict=True)), "count": n} for key, n in sorted(counted.items())]}


def _rule(method: str, path: str, endpoint: Callable[[Request], Response | Mapping[str, Any]]) -> Rule:
    return Rule(path, methods=[method], endpoint=endpoint)


def _json(value: Mapping[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")


def _object(request: Request) -> dict[str, Any]:
    value = request.get_json(force=True, silent=True)
    if not isinstance(value, dict):
        raise BadRequest("the body must be a JSON object")
    return value


def _time(text: object) -> dt.datetime:
    time = dt.datetime.fromisoformat(str(text))
    return time if time.tzinfo is not None else time.replace(tzinfo=dt.UTC)
