"""The one table from families of errors to HTTP statuses, and problem+json responses (RFC 9457)."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from allmytracks.foundation import errors
from allmytracks.foundation.http.answers import Answer
from allmytracks.foundation.instants import rfc3339

if TYPE_CHECKING:
    from allmytracks.foundation.throttling.rules import Limit

PROBLEM_JSON = "application/problem+json"

# The first matching family decides; every domain error descends from exactly one.
STATUSES: tuple[tuple[type[errors.DomainError], int], ...] = (
    (errors.Malformed, 400),
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.PreconditionFailed, 412),
    (errors.TooLarge, 413),
    (errors.UnsupportedMedia, 415),
    (errors.Invalid, 422),
    (errors.PreconditionRequired, 428),
    (errors.LimitReached, 429),
    (errors.Unavailable, 503),
)
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    428: "Precondition Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def status_of(error: type[errors.DomainError]) -> int:
    """The HTTP status of a class of errors. Raises LookupError where its family is not in the table."""
    for family, status in STATUSES:
        if issubclass(error, family):
            return status
    raise LookupError(f"{error.__name__} belongs to no family of foundation/http/problems.py")


def limit_headers(policy: Limit, remaining: int, until: datetime, now: datetime) -> dict[str, str]:
    """A client's remaining limit (draft-ietf-httpapi-ratelimit-headers)."""
    return {
        "RateLimit-Policy": f'"{policy.name}";q={policy.requests};w={policy.seconds}',
        "RateLimit": f'"{policy.name}";r={remaining};t={max(0, math.ceil((until - now).total_seconds()))}',
    }


def problem(error: errors.DomainError, instance: str, now: datetime) -> Answer:
    """The problem+json response for `error`; `instance` is the request's path."""
    status = status_of(type(error))
    body: dict[str, object] = {
        "type": f"urn:allmytracks:problem:{error.code}",
        "title": TITLES[status],
        "status": status,
        "detail": error.detail,
        "code": error.code,
        "instance": instance,
    }
    headers: dict[str, str] = {}
    if isinstance(error, errors.InvalidFields):
        body["errors"] = [{"field": p.field, "code": p.code, "message": p.message} for p in error.problems]
    if isinstance(error, errors.LimitReached):
        headers["Retry-After"] = str(max(1, math.ceil((error.until - now).total_seconds())))
        if error.policy is not None:
            headers |= limit_headers(error.policy, 0, error.until, now)
    if isinstance(error, errors.Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    for name, value in error.extra.items():
        body[name] = rfc3339(value) if isinstance(value, datetime) else value
    return Answer(status, body, headers, content_type=PROBLEM_JSON)
