"""One operation of the document: its parameters, body, responses, and its example."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from allmytracks.foundation.errors import (
    DomainError,
    IdempotencyKeyRequired,
    InvalidFields,
    Malformed,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from allmytracks.foundation.http.answers import HTML
from allmytracks.foundation.http.functions import Form, Route
from allmytracks.foundation.http.problems import PROBLEM_JSON, TITLES, status_of
from infra.openapi.examples import body_of, curl_of, sample_of
from infra.openapi.parameters import description_of
from infra.openapi.schemas import COMPONENT
from infra.openapi.topics import topic_of

PROBLEM = {"$ref": "#/components/schemas/Problem"}
GATEWAY_MESSAGE = {"$ref": "#/components/schemas/GatewayMessage"}
BINARY = {"type": "string", "format": "binary"}
FILES: Mapping[str, dict[str, str]] = {"application/json": {"type": "object"}, HTML: {"type": "string"}}
GATEWAY_MESSAGE_SCHEMA = {
    "type": "object",
    "description": "A refusal of the gateway itself, before any function is asked.",
    "required": ["message"],
    "properties": {"message": {"type": "string"}},
}
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "A refusal (RFC 9457); `code` is stable, `errors` names the fields of a 422.",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


def operation_of(samples: Path, route: Route, queries: dict[str, dict[str, Any]], *, public: bool) -> dict[str, Any]:
    """One operation, with an example: the route's sample event in the folder `samples`."""
    summary, _, description = (route.handler.__doc__ or "").strip().partition("\n")
    sample = sample_of(route, samples)
    operation: dict[str, Any] = {
        "operationId": route.handler.__name__,
        "summary": summary,
        "tags": [topic_of(route.path)],
        "parameters": _parameters(route, queries, sample),
        "responses": _responses(route, public=public),
        "security": [] if public else [{"session": []}],
        "x-codeSamples": [{"lang": "Shell", "label": "curl", "source": curl_of(sample, public=public)}],
    }
    if description.strip():
        operation["description"] = " ".join(description.split())
    if route.body is not None:
        reference = {"$ref": COMPONENT.format(name=route.body.__name__)}
        content: dict[str, Any] = {"application/json": {"schema": reference}}
        example = body_of(sample)
        if example is not None:
            content["application/json"]["example"] = example
        if route.file is not None:
            content[route.file] = {"schema": BINARY}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(route: Route, queries: dict[str, dict[str, Any]], sample: Mapping[str, Any]) -> list[dict[str, Any]]:
    values = sample.get("pathParameters") or {}
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "example": values[name]}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.query is not None:
        needed_fields = {field.encode_name for field in msgspec.structs.fields(route.query) if field.required}
        found += [
            {"name": name, "in": "query", "required": name in needed_fields, "schema": _sent(each)}
            for name, each in queries[route.query.__name__].items()
        ]
    if route.idempotency is not None:
        needed = route.idempotency == "required"
        schema = {"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"}
        found.append({"name": "Idempotency-Key", "in": "header", "required": needed, "schema": schema})
    if PreconditionFailed in route.refusals:
        needed = PreconditionRequired in route.refusals
        found.append({"name": "If-Match", "in": "header", "required": needed, "schema": {"type": "string"}})
    return [{**each, "description": description_of(route.path, each["name"])} for each in found]


def _sent(schema: dict[str, Any]) -> dict[str, Any]:
    """A query's value where it is sent: never null."""
    kinds = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**{name: each for name, each in schema.items() if name != "anyOf"}, **kinds[0]}


def _responses(route: Route, *, public: bool) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, what in route.answers.items():
        first, *others = (_success(form) for form in forms_of(what))
        for other in others:
            first["content"] |= other["content"]
        responses[str(status)] = first
    if route.cache is not None:
        responses["304"] = {"description": "The caller has it: If-None-Match named its ETag."}
    refusals = _refusals(route, public=public)
    for status in sorted({status_of(refusal) for refusal in refusals}):
        codes = sorted({refusal.code for refusal in refusals if status_of(refusal) == status})
        responses[str(status)] = {
            "description": f"{TITLES[status]}: {', '.join(codes)}",
            "content": {
                form: {"schema": PROBLEM if form == PROBLEM_JSON else {"type": "string"}} for form in route.refused_as
            },
        }
    for status in _gateway_statuses(route, public=public):
        response = responses.setdefault(
            str(status), {"description": f"{TITLES[status]}, by the gateway", "content": {}}
        )
        response["content"]["application/json"] = {"schema": GATEWAY_MESSAGE}
    return responses


def _refusals(route: Route, *, public: bool) -> list[type[DomainError]]:
    """Errors of a route: those that it lists, and those that follow from the inputs that it reads."""
    found: list[type[DomainError]] = [*route.refusals, Unavailable]
    if not public:
        found.append(Unauthenticated)
    if route.body is not None:
        found += [Malformed, UnsupportedMedia]
    if route.body is not None or route.query is not None or (route.method == "GET" and not route.is_page):
        found.append(InvalidFields)
    if route.idempotency is not None:
        found.append(Malformed)
    if route.idempotency == "required":
        found.append(IdempotencyKeyRequired)
    if "{" in route.path and not any(issubclass(each, NotFound) for each in route.refusals):
        found.append(NotFound)
    return found


def _gateway_statuses(route: Route, *, public: bool) -> tuple[int, ...]:
    """Responses of API Gateway itself: no token or scope, a body over its limit, throttling, a failure, time-out."""
    tokens = () if public else (401, 403)
    return (*tokens, 413, 429, 500, 503) if route.method in {"POST", "PUT", "PATCH"} else (*tokens, 429, 500, 503)


def forms_of(what: Form | tuple[Form, ...]) -> tuple[Form, ...]:
    """The forms of a response that a caller can choose from."""
    return what if isinstance(what, tuple) else (what,)


def _success(what: Form) -> dict[str, Any]:
    if what is None:
        return {"description": "Done; no content."}
    if isinstance(what, str):
        return {"description": "The document.", "content": {what: {"schema": FILES.get(what, BINARY)}}}
    reference = {"$ref": COMPONENT.format(name=what.__name__)}
    description = (what.__doc__ or what.__name__).strip().splitlines()[0]
    return {"description": description, "content": {"application/json": {"schema": reference}}}
