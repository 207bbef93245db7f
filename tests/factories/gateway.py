"""Events of the gateway for the functions of licences, and their responses."""

from __future__ import annotations

import json
from typing import Any


def call(handle: Any, route: str, caller: str | None = "acc-1", **changes: Any) -> dict[str, Any]:
    context: dict[str, Any] = {"http": {"sourceIp": "192.0.2.7", "userAgent": "test"}, "requestId": "req-1"}
    if caller:
        context["authorizer"] = {"jwt": {"claims": {"sub": caller}}}
    event = {"routeKey": route, "rawPath": route.split()[1], "headers": {}, "requestContext": context, **changes}
    answer: dict[str, Any] = handle(event, None)
    return answer


def read(answer: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return answer["statusCode"], json.loads(answer["body"])
