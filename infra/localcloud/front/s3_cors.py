"""S3's CORS: the rules that the template gives a bucket decide what pages of other origins may request and read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from infra.localcloud.front import answers
from infra.localcloud.front.answers import Answer
from infra.localcloud.front.requests import Request

_REFUSED = "CORSResponse: This CORS request is not allowed."


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a bucket; origins and headers may hold one `*` each."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    max_age_seconds: int | None = None

    def allows(self, origin: str, method: str, headers: Sequence[str] = ()) -> bool:
        """Whether the rule allows a request of this origin with this method and these headers."""
        return (
            _fits(origin, self.origins)
            and method in self.methods
            and all(_fits(each.lower(), [one.lower() for one in self.headers]) for each in headers)
        )


def preflight(request: Request, rules: Sequence[Rule]) -> Answer:
    """The response to an OPTIONS request, which is unsigned."""
    origin = request.headers.get("origin", "")
    method = request.headers.get("access-control-request-method", "")
    asked = [each.strip() for each in request.headers.get("access-control-request-headers", "").split(",") if each]
    found = next((rule for rule in rules if rule.allows(origin, method, asked)), None)
    if found is None:
        return answers.error(request, "AccessForbidden", _REFUSED, 403)
    headers = [*_common(found, origin), ("Access-Control-Allow-Headers", ", ".join(asked))]
    if found.max_age_seconds is not None:
        headers.append(("Access-Control-Max-Age", str(found.max_age_seconds)))
    return Answer(200, b"", headers)


def applied(request: Request, rules: Sequence[Rule], answer: Answer) -> Answer:
    """A response with exactly the CORS headers of its bucket's rules."""
    kept = [pair for pair in answer.headers if not pair[0].lower().startswith("access-control-")]
    origin = request.headers.get("origin")
    found = next((rule for rule in rules if origin and rule.allows(origin, request.method)), None)
    added = _common(found, origin) if found is not None and origin is not None else []
    return Answer(answer.status, answer.body, [*kept, *added])


def _common(rule: Rule, origin: str) -> list[tuple[str, str]]:
    headers = [
        ("Access-Control-Allow-Origin", "*" if rule.origins == ("*",) else origin),
        ("Access-Control-Allow-Methods", ", ".join(rule.methods)),
        ("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"),
    ]
    if rule.exposed:
        headers.append(("Access-Control-Expose-Headers", ", ".join(rule.exposed)))
    return headers


def _fits(text: str, patterns: Sequence[str]) -> bool:
    return any(re.fullmatch(".*".join(map(re.escape, each.split("*"))), text) for each in patterns)
