"""The HTTP API's CORS: the gateway answers preflights itself and sets the headers of every other answer."""

from __future__ import annotations

from infra.localcloud.deployment import Cors
from infra.localcloud.events import Answer, Request


class CorsRules:
    """Applies a CORS configuration as API Gateway does: headers that a function sets itself are dropped."""

    def __init__(self, cors: Cors) -> None:
        self._cors = cors

    def preflight(self, request: Request, *, routed: bool) -> Answer | None:
        """The answer to a preflight; None when the request is none, or when a route takes OPTIONS itself."""
        origin = request.header("origin")
        asked = request.header("access-control-request-method")
        if routed or request.method != "OPTIONS" or origin is None or asked is None:
            return None
        if not self._allows(origin):
            return Answer(204, ())
        headers = [
            ("Access-Control-Allow-Methods", ",".join(self._cors.allow_methods)),
            ("Access-Control-Allow-Headers", ",".join(self._cors.allow_headers)),
        ]
        if self._cors.max_age_seconds is not None:
            headers.append(("Access-Control-Max-Age", str(self._cors.max_age_seconds)))
        return Answer(204, (*self._common(origin), *headers))

    def applied(self, request: Request, answer: Answer) -> Answer:
        """The answer with this configuration's headers."""
        kept = tuple(pair for pair in answer.headers if not pair[0].lower().startswith("access-control-"))
        origin = request.header("origin")
        if origin is None or not self._allows(origin):
            return Answer(answer.status, kept, answer.body)
        exposed = ",".join(self._cors.expose_headers)
        extra = (("Access-Control-Expose-Headers", exposed),) if exposed else ()
        return Answer(answer.status, (*kept, *self._common(origin), *extra), answer.body)

    def _allows(self, origin: str) -> bool:
        return any(_matches(pattern, origin) for pattern in self._cors.allow_origins)

    def _common(self, origin: str) -> tuple[tuple[str, str], ...]:
        everyone = "*" in self._cors.allow_origins
        headers = [("Access-Control-Allow-Origin", "*" if everyone else origin)]
        if self._cors.allow_credentials:
            headers.append(("Access-Control-Allow-Credentials", "true"))
        if not everyone:
            headers.append(("Vary", "Origin"))
        return tuple(headers)


def _matches(pattern: str, origin: str) -> bool:
    """API Gateway's patterns: `*`, a whole origin, or a scheme followed by `*`."""
    if pattern.endswith("*"):
        return origin.startswith(pattern[:-1])
    return pattern == origin
